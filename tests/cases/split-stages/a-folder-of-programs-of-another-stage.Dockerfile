FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN mkdir /out && go build -o /out ./cmd/...

FROM golang:1.22
COPY --from=builder /out /opt/pinger
RUN useradd pinger
USER pinger
CMD ["/opt/pinger/api"]
