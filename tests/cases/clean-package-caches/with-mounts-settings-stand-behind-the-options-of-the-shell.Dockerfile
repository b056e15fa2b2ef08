FROM debian:12
RUN set -xe \
 && apt update \
 && apt install -y curl \
 && rm -rf /var/lib/apt/lists/*
