FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o bin/shop . && mv web bin/ && go clean -modcache

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/bin/shop /app/bin/
COPY --from=build /app/bin/web /app/bin/web
COPY --from=build /app/web /app/web
WORKDIR /app
CMD ["./bin/shop"]
