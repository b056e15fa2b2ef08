FROM debian:12
RUN apt-get update \
 && apt-get install -y curl \
 && apt-get clean \
 && rm -rf /tmp/* /var/lib/apt/lists/* /var/tmp/*
