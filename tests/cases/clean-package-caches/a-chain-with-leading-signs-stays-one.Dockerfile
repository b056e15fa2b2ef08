FROM debian:12
RUN set -x \
 && apt-get update \
 && apt-get install -y curl
