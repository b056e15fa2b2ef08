FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o /app/srv .

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /app/srv /app/srv
CMD ["/app/srv"]
