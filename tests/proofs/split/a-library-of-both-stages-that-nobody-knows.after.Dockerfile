FROM rust:1.79 AS builder
WORKDIR /src
RUN apt-get update && apt-get install -y pkg-config libtss2-dev
COPY . .
RUN cargo build --release

FROM rust:1.79 AS build-stage
RUN apt-get update && apt-get install -y libtss2-dev && rm -rf /var/lib/apt/lists/*
COPY --from=builder /src/target/release/pinger /usr/local/bin/pinger
RUN useradd --system pinger
RUN mkdir /runtime && ldd /usr/local/bin/pinger | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build-stage /etc/passwd /etc/group /etc/
COPY --from=build-stage /runtime /
COPY --from=build-stage /usr/local/bin/pinger /usr/local/bin/
USER pinger
CMD ["pinger"]
