FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN useradd -m app && mkdir -p /data && chown -R app /data && chmod 770 /data

FROM debian:bookworm-slim
RUN mkdir -p /data && chown -R app /data && chmod 770 /data
RUN useradd -m app
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/app /app/
WORKDIR /app
USER app
CMD ["./app"]
