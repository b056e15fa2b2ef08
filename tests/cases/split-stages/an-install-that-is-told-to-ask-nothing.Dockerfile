FROM ubuntu:22.04
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y gcc libc6-dev tzdata
WORKDIR /src
COPY clock.c .
RUN gcc -o clock clock.c
CMD ["./clock"]
