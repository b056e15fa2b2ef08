FROM rust:1.79 AS builder
WORKDIR /src
RUN apt-get update && apt-get install -y pkg-config libtss2-dev
COPY . .
RUN cargo build --release

FROM rust:1.79
RUN apt-get update && apt-get install -y libtss2-dev && rm -rf /var/lib/apt/lists/*
COPY --from=builder /src/target/release/pinger /usr/local/bin/pinger
RUN useradd --system pinger
USER pinger
CMD ["pinger"]
