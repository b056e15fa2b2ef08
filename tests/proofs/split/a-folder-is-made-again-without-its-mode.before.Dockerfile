FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN mkdir -p /data && chmod 777 /data
USER nobody
CMD ["./app"]
