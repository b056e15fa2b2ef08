FROM golang:1.22
RUN go build -ldflags "-X main.a=b" -ldflags "-s -w" -o /a .
