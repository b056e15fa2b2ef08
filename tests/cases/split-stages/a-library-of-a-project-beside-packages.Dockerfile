FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc make libc6-dev curl
WORKDIR /src
COPY . .
RUN make
HEALTHCHECK CMD curl -f http://localhost/
CMD ["./greet"]
