FROM golang:1.22
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o bin/server .
CMD ["./bin/start.sh"]
