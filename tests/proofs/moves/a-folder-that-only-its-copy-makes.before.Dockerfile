FROM debian:12
COPY lib /data/lib
RUN apt-get update
