FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN mkdir -p /data && chmod 777 /data

FROM debian:bookworm-slim
RUN mkdir -p /data && chmod 777 /data
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/app /app/
WORKDIR /app
USER nobody
CMD ["./app"]
