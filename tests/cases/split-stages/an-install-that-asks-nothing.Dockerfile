FROM ubuntu:22.04
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y gcc libc6-dev tzdata
WORKDIR /src
COPY clock.c .
RUN gcc -o clock clock.c
CMD ["./clock"]
