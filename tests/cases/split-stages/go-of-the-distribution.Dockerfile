FROM debian:bookworm
RUN apt-get update && apt-get install -y golang-1.19 git ca-certificates
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 /usr/lib/go-1.19/bin/go build -o /usr/local/bin/relay .
USER nobody
CMD ["relay"]
