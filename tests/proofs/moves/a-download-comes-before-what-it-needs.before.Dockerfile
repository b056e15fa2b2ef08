FROM golang:1.22-alpine
WORKDIR /src
COPY . .
RUN apk add git && go build .
