FROM golang:1.22 AS build
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /usr/local/bin/server .
COPY entry.sh /entry.sh
RUN chmod +x /entry.sh

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/server /usr/local/bin/
COPY --from=build /entry.sh /
WORKDIR /src
ENTRYPOINT ["bash", "-e", "/entry.sh"]
CMD ["server"]
