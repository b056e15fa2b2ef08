FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN go run ./cmd/seed
RUN CGO_ENABLED=0 go build -o /usr/local/bin/x .

FROM gcr.io/distroless/static-debian12
COPY --from=build /usr/local/bin/x /usr/local/bin/
WORKDIR /app
CMD ["x"]
