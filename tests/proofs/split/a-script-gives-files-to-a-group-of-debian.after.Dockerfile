FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app .

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/app /app/entry.sh /app/
COPY --from=build /app/data /app/data
WORKDIR /app
ENTRYPOINT ["/app/entry.sh"]
CMD ["serve"]
