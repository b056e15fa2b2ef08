FROM rust:1 AS build
WORKDIR /app
COPY . .
RUN cargo build --release --locked -p shop --bin stock

FROM debian:stable-slim
COPY --from=build /app/target/release/shop /usr/local/bin/
