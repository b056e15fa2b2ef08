FROM rust:1.80 AS build
WORKDIR /src
COPY . .
RUN cargo build --release --workspace

FROM rust:1.80 AS builder
WORKDIR /opt/metrics
COPY --from=build /src/target/release/collector /opt/metrics/bin/
COPY --from=build /src/target/release/gateway /opt/metrics/bin/
RUN chmod +x bin/*
RUN mkdir /runtime && ldd /opt/metrics/bin/collector | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime && ldd /opt/metrics/bin/gateway | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=builder /runtime /
COPY --from=builder /opt/metrics/bin/collector /opt/metrics/bin/gateway /opt/metrics/bin/
WORKDIR /opt/metrics
HEALTHCHECK CMD ["bin/gateway", "--check"]
CMD ["bin/collector"]
