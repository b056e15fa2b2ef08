FROM rust:1.75 AS builder
WORKDIR /src
COPY . .
RUN cargo build --release
RUN mkdir /runtime && ldd /src/target/release/server | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=builder /runtime /
COPY --from=builder /src/target/release/server /usr/local/bin/server
CMD ["server"]
