FROM busybox AS build
FROM busybox AS builder
FROM busybox AS build-stage
FROM golang:1.22
COPY main.go .
RUN go build -o /server main.go
CMD ["/server"]
