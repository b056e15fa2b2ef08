FROM debian:12
RUN apt-get -o install --no-install-recommends -y install git
