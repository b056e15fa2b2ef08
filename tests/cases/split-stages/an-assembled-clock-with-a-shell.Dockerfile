FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/clock .

FROM golang:1.22
COPY --from=builder /out/clock /usr/local/bin/
CMD clock --zone "$ZONE"
