FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev make libmicrohttpd-dev libjansson-dev
WORKDIR /src
COPY . .
RUN make
CMD ["./served"]
