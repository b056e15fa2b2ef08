FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o server .
RUN chmod +x entrypoint.sh

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app/server /app/entrypoint.sh /app/
WORKDIR /app
ENTRYPOINT ["./entrypoint.sh"]
CMD ["./server"]
