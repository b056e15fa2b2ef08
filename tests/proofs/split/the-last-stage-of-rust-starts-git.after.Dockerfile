FROM rust:1.79-bookworm AS builder
WORKDIR /app
COPY . .
RUN cargo build --release
RUN mkdir /runtime && ldd /app/target/release/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=builder /runtime /
COPY --from=builder /app/target/release/app /usr/local/bin/app
CMD ["app"]
