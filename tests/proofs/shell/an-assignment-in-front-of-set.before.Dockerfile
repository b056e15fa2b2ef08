FROM debian:12
RUN deps="gcc" set -x && apt-get install -y $deps
