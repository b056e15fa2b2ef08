FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN go build -o /out/ ./cmd/...

FROM golang:1.22
COPY --from=builder /out/api /out/worker /usr/local/bin/
RUN useradd pinger
USER pinger
CMD ["api"]
