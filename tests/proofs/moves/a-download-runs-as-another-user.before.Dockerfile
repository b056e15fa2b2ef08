FROM golang:1.22
WORKDIR /src
COPY . .
USER nobody
RUN go build .
