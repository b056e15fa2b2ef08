FROM golang:1.22-alpine
RUN addgroup staff2 && adduser -D -G staff2 app
WORKDIR /app
COPY . .
RUN go build -o shop .
USER app
CMD ["./shop"]
