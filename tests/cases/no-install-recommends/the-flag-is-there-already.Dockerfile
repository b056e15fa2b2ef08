FROM debian:12
RUN apt-get install -y --no-install-recommends nginx
RUN apt-get install -y -o APT::Install-Recommends=false nginx
RUN apt-get -o "APT::Install-Recommends=0" install nginx
