FROM golang:1.22-alpine AS builder
WORKDIR /src
COPY . .
RUN go build -o /out/pinger .

FROM golang:1.22-alpine
RUN apk add --no-cache ca-certificates tzdata
RUN addgroup -S pinger && adduser -S -G pinger pinger
COPY --from=builder /out/pinger /usr/local/bin/pinger
USER pinger
CMD ["pinger"]
