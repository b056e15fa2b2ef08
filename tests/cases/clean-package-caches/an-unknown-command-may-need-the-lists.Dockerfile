FROM debian:12
ARG INSTALL
RUN apt-get update && apt-get install -y curl
RUN $INSTALL git
