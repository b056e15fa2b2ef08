FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN ln -s /app/data /data
CMD ["./app"]
