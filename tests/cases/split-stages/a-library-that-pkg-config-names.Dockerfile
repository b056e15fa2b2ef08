FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev pkg-config libxml2-dev
WORKDIR /src
COPY a.c .
RUN gcc -o app a.c $(pkg-config --cflags --libs libxml-2.0)
CMD ["./app"]
