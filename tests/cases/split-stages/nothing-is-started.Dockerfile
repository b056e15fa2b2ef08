FROM golang:1.22
COPY main.go .
RUN go build -o /server main.go
