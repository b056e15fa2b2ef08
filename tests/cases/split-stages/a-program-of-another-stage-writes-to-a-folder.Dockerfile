FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN go build -o /out/pinger .

FROM golang:1.22
RUN useradd -m pinger
WORKDIR /app
COPY --from=builder /out/pinger .
COPY config.json etc/
RUN chmod +x pinger && mkdir -p /var/lib/pinger && chown -R pinger:pinger /var/lib/pinger
USER pinger
CMD ["./pinger", "--data", "/var/lib/pinger"]
