FROM debian:12
COPY rootfs /
RUN apt-get update && apt-get install -y curl
