FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o bin/shop . && mv config.prod.yaml config.yaml && go clean -modcache
CMD ["./bin/shop"]
