FROM golang:1.22 AS build
WORKDIR /srv/queue
COPY . .
RUN CGO_ENABLED=0 go build -o bin/api ./cmd/api && CGO_ENABLED=0 go build -o bin/worker ./cmd/worker

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /srv/queue/bin/api /srv/queue/bin/
COPY --from=build /srv/queue/run.sh /srv/queue/
WORKDIR /srv/queue
ENTRYPOINT ["./run.sh"]
CMD ["api"]
