FROM golang:1.22
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app . && mkdir -p /tmp/uploads && rm -rf /tmp/uploads
CMD ["./app"]
