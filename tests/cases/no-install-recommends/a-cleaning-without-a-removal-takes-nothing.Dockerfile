FROM debian:12
RUN apt-get update && apt-get install -y curl our-own-tool \
    && apt-get autoremove -y
RUN apt-get install -y wget
