FROM debian:bookworm
RUN apt-get update && apt-get install -y golang-1.19 ca-certificates
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install ./...
USER nobody
ENTRYPOINT /root/go/bin/relay
