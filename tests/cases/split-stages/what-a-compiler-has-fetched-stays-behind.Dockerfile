FROM golang:1.22-bookworm
WORKDIR /go
WORKDIR /src
COPY . .
RUN go build -o /bin/shop .
CMD ["/bin/shop"]
