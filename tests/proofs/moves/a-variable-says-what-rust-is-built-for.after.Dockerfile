FROM rust:1
WORKDIR /app
ENV CARGO_BUILD_TARGET=x86_64-unknown-linux-musl
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release && cargo clean --release -p shop && rm -r src
COPY . .
RUN cargo build --release
