FROM golang:1.22
WORKDIR /src
COPY . .
RUN go run ./cmd/gen
RUN go build -o app .
CMD ["./app"]
