FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/pinger .

FROM golang:1.22
COPY --from=builder /out/pinger /usr/local/bin/pinger
COPY other /usr/local/bin/other
RUN cp /usr/local/bin/other /usr/local/bin/pinger && useradd pinger
USER pinger
CMD ["pinger"]
