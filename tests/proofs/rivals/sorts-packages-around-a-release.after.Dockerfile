FROM debian:12
RUN apt-get install -y bookworm-backports git -t zlib1g-dev
