FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o bin/shop . && cp -r web bin/

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/bin/shop /app/bin/web /app/bin/
COPY --from=build /app/web /app/web
WORKDIR /app
CMD ["./bin/shop"]
