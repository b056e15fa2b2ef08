FROM golang:1.22
WORKDIR /src
COPY . .
ENV GOPROXY=direct
RUN go build .
