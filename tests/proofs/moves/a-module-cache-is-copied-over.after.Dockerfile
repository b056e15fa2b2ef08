FROM golang:1.22
WORKDIR /go
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build .
