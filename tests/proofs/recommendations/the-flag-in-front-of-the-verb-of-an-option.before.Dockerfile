FROM debian:12
RUN apt-get -o install -y install git
