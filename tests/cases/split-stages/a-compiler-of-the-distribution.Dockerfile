FROM debian:bookworm
RUN apt-get update && apt-get install -y build-essential libcurl4-openssl-dev netcat-openbsd
WORKDIR /src
COPY . .
RUN make
HEALTHCHECK CMD nc -z localhost 7000
CMD ["./relay", "-c", "relay.conf"]
