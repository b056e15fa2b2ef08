FROM debian:12
ENV INSTALL="apt-get install -y"
RUN apt-get update && apt-get install -y curl
RUN $INSTALL git
