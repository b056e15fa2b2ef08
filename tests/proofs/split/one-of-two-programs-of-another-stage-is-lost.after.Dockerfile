FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/ ./cmd/...

FROM golang:1.22 AS build
COPY --from=builder /out/pinger /out/worker /usr/local/bin/
RUN useradd pinger

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build /usr/local/bin/pinger /usr/local/bin/
WORKDIR /go
USER pinger
CMD ["pinger"]
