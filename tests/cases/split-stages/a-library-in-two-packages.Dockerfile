FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev libtiff-dev
WORKDIR /src
COPY . .
RUN gcc -o scan main.c -ltiff
CMD ["./scan"]
