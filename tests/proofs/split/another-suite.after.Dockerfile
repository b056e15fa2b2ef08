FROM rust:1.80-bookworm AS build
WORKDIR /app
COPY Cargo.toml main.rs ./
RUN cargo build --release

FROM debian:bullseye-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/target/release/app /app/target/release/
WORKDIR /app
CMD ./target/release/app
