FROM golang:1.22 AS build
WORKDIR /srv/queue
COPY . .
RUN CGO_ENABLED=0 go build -o bin/ ./cmd/... && cp /usr/bin/git bin/git

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /srv/queue/bin/api /srv/queue/bin/worker /srv/queue/bin/git /srv/queue/bin/
COPY --from=build /srv/queue/run.sh /srv/queue/
WORKDIR /srv/queue
ENTRYPOINT ["./run.sh"]
CMD ["api"]
