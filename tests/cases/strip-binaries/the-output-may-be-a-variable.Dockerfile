FROM golang:1.22
ARG NAME=app
RUN go build -o $NAME ./cmd/$NAME
