FROM debian:12
RUN apt-get remove -y git
