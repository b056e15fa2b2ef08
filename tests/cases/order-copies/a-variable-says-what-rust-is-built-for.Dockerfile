FROM rust:1
WORKDIR /app
ENV CARGO_BUILD_TARGET=x86_64-unknown-linux-musl
COPY . .
RUN cargo build --release
