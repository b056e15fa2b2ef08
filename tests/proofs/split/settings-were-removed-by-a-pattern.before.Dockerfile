FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o bin/shop . && rm -rf *.yaml && go clean -modcache
CMD ["./bin/shop"]
