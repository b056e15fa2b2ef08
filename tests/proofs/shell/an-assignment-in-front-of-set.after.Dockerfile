FROM debian:12
RUN deps="make" set -x && apt-get install -y $deps
