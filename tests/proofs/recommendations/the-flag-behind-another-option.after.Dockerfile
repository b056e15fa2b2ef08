FROM debian:12
RUN apt-get install -y -t --no-install-recommends stable git
