FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN mkdir -p /data && chmod 777 /data
RUN cp main.go /data/main.txt
USER nobody
CMD ["./app"]
