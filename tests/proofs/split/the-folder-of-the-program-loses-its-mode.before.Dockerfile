FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN chmod 777 /app
USER nobody
CMD ["./app"]
