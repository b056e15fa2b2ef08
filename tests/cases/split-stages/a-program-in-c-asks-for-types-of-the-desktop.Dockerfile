FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev pkg-config libglib2.0-dev
WORKDIR /src
COPY . .
RUN gcc -O2 -o app main.c $(pkg-config --cflags --libs gio-2.0)
CMD ["./app"]
