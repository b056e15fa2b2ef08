FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y golang-1.19 ca-certificates
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install ./...

FROM busybox
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /root/go/bin/relay /root/go/bin/
WORKDIR /src
USER nobody
ENTRYPOINT /root/go/bin/relay
