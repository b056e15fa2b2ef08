FROM debian:12
RUN apt-get remove --no-install-recommends -y git curl
