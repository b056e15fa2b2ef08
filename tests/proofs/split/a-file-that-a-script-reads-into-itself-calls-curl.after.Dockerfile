FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/server .

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/server /usr/local/bin/
COPY --from=build /src/entry.sh /src/env.sh /src/
WORKDIR /src
ENTRYPOINT ["/src/entry.sh"]
CMD ["server"]
