FROM rust:1.79 AS tools
WORKDIR /src
COPY . .
RUN cargo build --release

FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/pinger .

FROM golang:1.22
COPY --from=builder /out/pinger /usr/local/bin/pinger
COPY --from=tools /src/target/release/tool /usr/local/bin/tool
RUN useradd pinger
USER pinger
CMD ["tool"]
