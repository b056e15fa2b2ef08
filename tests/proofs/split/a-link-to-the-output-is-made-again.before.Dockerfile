FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN ln -sf /dev/stdout /var/log/app.log
CMD ["./app"]
