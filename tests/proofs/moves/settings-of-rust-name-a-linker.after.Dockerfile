FROM rust:1
WORKDIR /app
COPY Cargo.toml ./
COPY .cargo/config.toml ./.cargo/
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release && cargo clean --release -p shop && rm -r src
COPY . .
RUN cargo build --release
