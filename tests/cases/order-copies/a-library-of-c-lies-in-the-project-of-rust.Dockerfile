FROM rust:1
WORKDIR /app
ENV OPENSSL_DIR=/app/ssl
COPY . .
RUN cargo build --release
