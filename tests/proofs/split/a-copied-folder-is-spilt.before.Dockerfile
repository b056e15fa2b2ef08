FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o bin/shop . && cp -r web bin/
CMD ["./bin/shop"]
