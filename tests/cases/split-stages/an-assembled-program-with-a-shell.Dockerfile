FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server .

FROM golang:1.22
WORKDIR /app
COPY --from=builder /src/server .
CMD ./server
