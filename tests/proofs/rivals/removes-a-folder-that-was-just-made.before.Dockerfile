FROM debian:12
RUN mkdir -p /usr/src/app
WORKDIR /usr/src/app
