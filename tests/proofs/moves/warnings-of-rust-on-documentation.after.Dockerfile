FROM rust:1
WORKDIR /app
ENV RUSTFLAGS="-W missing_docs -D warnings"
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release && cargo clean --release -p shop && rm -r src
COPY . .
RUN cargo build --release
