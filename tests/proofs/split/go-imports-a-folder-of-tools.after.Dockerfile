FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o shop .

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/shop /app/
WORKDIR /app
CMD ["./shop"]
