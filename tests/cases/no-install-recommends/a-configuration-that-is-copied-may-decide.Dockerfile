FROM debian:12
COPY apt.conf /etc/apt/apt.conf.d/90local
RUN apt-get update && apt-get install -y nginx
