FROM debian:12
RUN deps="gcc make"; deps="$deps curl"; apt-get install -y $deps
