FROM debian:12
COPY . /data/app/src
RUN cd /data/app && apt-get update
