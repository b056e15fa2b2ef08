FROM debian:12
RUN rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update && apt-get install -y git
