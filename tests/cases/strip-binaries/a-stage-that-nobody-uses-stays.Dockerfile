FROM golang:1.22
RUN go build -o /a .
FROM scratch
COPY a /a
