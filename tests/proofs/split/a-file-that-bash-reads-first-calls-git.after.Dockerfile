FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/app .
COPY entry.sh /entry.sh
ENV BASH_ENV=/src/rc

FROM debian:bookworm-slim
ENV BASH_ENV=/src/rc
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY --from=build /src/rc /src/
COPY entry.sh /entry.sh
WORKDIR /src
ENTRYPOINT ["bash", "/entry.sh"]
CMD ["app"]
