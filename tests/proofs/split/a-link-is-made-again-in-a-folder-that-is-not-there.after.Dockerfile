FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN ln -s /data/config.json /app/config.json

FROM debian:bookworm-slim
RUN ln -s /data/config.json /app/config.json
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]
