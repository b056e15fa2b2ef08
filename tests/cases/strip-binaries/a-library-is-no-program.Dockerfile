FROM golang:1.22
RUN go build -buildmode=c-shared -o /libx.so .
