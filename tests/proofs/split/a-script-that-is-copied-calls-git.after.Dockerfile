FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN cp docker/entry.sh /usr/local/bin/entry.sh && chmod +x /usr/local/bin/entry.sh

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/app /usr/local/bin/entry.sh /usr/local/bin/
COPY --from=build /src/docker /src/docker
WORKDIR /src
ENTRYPOINT ["/usr/local/bin/entry.sh"]
CMD ["app"]
