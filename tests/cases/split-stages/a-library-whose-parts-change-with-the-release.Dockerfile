FROM debian:bullseye
RUN apt-get update && apt-get install -y gcc libc6-dev libpcre2-dev
WORKDIR /src
COPY . .
RUN gcc -o scan main.c -lpcre2-posix
CMD ["./scan"]
