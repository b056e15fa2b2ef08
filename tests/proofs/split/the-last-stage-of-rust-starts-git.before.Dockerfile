FROM rust:1.79-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo build --release

FROM buildpack-deps:bookworm
COPY --from=builder /app/target/release/app /usr/local/bin/app
CMD ["app"]
