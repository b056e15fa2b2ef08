FROM rust:1 AS build
WORKDIR /app
COPY . .
WORKDIR /app/shop
RUN cargo build --release

FROM debian:stable-slim
COPY --from=build /app/shop/target/release/shop /usr/local/bin/
