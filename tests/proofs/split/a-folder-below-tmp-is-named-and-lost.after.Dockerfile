FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app . && mkdir -p /tmp/uploads

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]
