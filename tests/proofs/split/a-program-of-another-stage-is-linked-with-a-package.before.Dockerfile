FROM golang:1.22 AS builder
WORKDIR /src
RUN apt-get update && apt-get install -y libmagickwand-dev
COPY . .
RUN go build -o /out/pinger .

FROM golang:1.22
COPY --from=builder /out/pinger /usr/local/bin/pinger
RUN useradd pinger
USER pinger
CMD ["pinger"]
