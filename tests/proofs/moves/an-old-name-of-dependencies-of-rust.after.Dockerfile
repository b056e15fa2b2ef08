FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release && cargo clean --release -p shop && rm -r src
COPY . .
RUN cargo build --release
