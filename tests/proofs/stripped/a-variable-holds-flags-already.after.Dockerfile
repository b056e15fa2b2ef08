FROM golang:1.22
ENV GOFLAGS="-ldflags=-X=main.a=b"
RUN go build -ldflags="-s -w" .
