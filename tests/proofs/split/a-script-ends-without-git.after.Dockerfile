FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/app .
COPY entry.sh /entry.sh

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY entry.sh /entry.sh
WORKDIR /src
ENTRYPOINT ["/entry.sh"]
CMD ["app"]
