FROM golang:1.22-bookworm
WORKDIR /data
WORKDIR /src
COPY . .
RUN go build -o /bin/shop .
CMD ["/bin/shop"]
