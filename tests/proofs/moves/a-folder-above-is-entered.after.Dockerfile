FROM debian:12
RUN cd /data/app && apt-get update
COPY . /data/app/src
