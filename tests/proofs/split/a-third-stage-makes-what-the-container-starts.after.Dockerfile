FROM rust:1.79 AS tools
WORKDIR /src
COPY . .
RUN cargo build --release

FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/pinger .

FROM golang:1.22 AS build
COPY --from=builder /out/pinger /usr/local/bin/pinger
COPY --from=tools /src/target/release/tool /usr/local/bin/tool
RUN useradd pinger

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build /usr/local/bin/pinger /usr/local/bin/tool /usr/local/bin/
WORKDIR /go
USER pinger
CMD ["tool"]
