FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release

FROM rust:1-bookworm
WORKDIR /opt/metrics
COPY --from=build /src/target/release/collector /src/target/release/gateway /opt/metrics/bin/
COPY run.sh .
RUN chmod +x run.sh
ENV PATH=/opt/metrics/bin:$PATH
ENTRYPOINT ["./run.sh"]
CMD ["gateway"]
