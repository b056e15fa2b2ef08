FROM golang:1.22
RUN go build -ldflags=-linkmode=external -o /a .
