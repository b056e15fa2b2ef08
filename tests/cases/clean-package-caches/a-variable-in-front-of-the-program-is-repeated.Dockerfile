FROM debian:12
ARG SUDO
RUN $SUDO apt-get update && $SUDO apt-get install -y curl
