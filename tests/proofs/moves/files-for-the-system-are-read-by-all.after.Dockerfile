FROM debian:12
RUN apt-get update
COPY sources.list /etc/apt/
