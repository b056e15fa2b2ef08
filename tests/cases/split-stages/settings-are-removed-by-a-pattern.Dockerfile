FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o shop .
RUN rm -rf *.yaml && go clean -modcache
CMD ["./shop"]
