FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN mkdir -p /data/logs && chmod -R a+rwX /data
USER nobody
CMD ["./app"]
