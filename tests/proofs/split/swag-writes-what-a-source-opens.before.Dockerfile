FROM golang:1.22
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install github.com/swaggo/swag/cmd/swag@latest && swag init
RUN go build -o app .
CMD ["./app"]
