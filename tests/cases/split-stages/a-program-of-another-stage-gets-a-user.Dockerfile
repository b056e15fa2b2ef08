FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN go build -o /out/pinger .

FROM golang:1.22
RUN apt-get update && apt-get install -y ca-certificates tzdata
COPY --from=builder /out/pinger /usr/local/bin/pinger
RUN groupadd -g 1500 pinger && useradd -u 1500 -g pinger pinger
USER pinger
ENTRYPOINT ["pinger"]
