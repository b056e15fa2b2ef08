FROM rust:1.80 AS build
WORKDIR /src
COPY . .
RUN cargo build --release --workspace

FROM rust:1.80
WORKDIR /opt/metrics
COPY --from=build /src/target/release/collector /opt/metrics/bin/
COPY --from=build /src/target/release/gateway /opt/metrics/bin/
RUN chmod +x bin/*
HEALTHCHECK CMD ["bin/gateway", "--check"]
CMD ["bin/collector"]
