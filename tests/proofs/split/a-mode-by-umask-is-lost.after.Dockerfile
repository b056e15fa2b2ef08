FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/app .
RUN umask 0 && mkdir -p /data/uploads

FROM debian:bookworm-slim
RUN mkdir -p /data/uploads
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/app /usr/local/bin/
WORKDIR /src
USER nobody
CMD ["app"]
