FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN install -d -m 0777 /data
USER nobody
CMD ["./app"]
