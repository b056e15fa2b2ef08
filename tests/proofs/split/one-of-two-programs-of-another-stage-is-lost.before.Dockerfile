FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/ ./cmd/...

FROM golang:1.22
COPY --from=builder /out/pinger /out/worker /usr/local/bin/
RUN useradd pinger
USER pinger
CMD ["pinger"]
