FROM debian:12
RUN deps="$deps curl"; apt-get install -y $deps
