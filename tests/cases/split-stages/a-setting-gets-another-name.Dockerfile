FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o shop .
RUN mv config.prod.yaml config.yaml && rm config.dev.yaml && go clean -modcache
CMD ["./shop"]
