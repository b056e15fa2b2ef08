FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o bin/shop . && mv web bin/ && go clean -modcache
CMD ["./bin/shop"]
