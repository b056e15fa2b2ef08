FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o bin/shop . && mv config.prod.yaml config.yaml && go clean -modcache

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/bin/shop /app/bin/
COPY --from=build /app/config.yaml /app/
WORKDIR /app
CMD ["./bin/shop"]
