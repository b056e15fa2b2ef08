FROM golang:1.22 AS builder
WORKDIR /go/src/app
COPY . .
RUN go build -o app .

FROM golang:1.22
WORKDIR /go/src/app
COPY --from=builder /go/src/app .
CMD ["./app"]
