FROM golang:1.22
WORKDIR /app
COPY . .
RUN go run ./cmd/seed
RUN go build -o /usr/local/bin/x .
CMD ["x"]
