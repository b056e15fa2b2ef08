FROM rust:1
WORKDIR /app
COPY docker/config.toml /usr/local/cargo/config.toml
COPY . .
RUN cargo build --release
