FROM debian:12
RUN apt-get update
COPY lib /data/lib
