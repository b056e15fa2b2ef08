FROM debian:12
RUN apt-get install -y gcc \
 && rm -rf /tmp/work
