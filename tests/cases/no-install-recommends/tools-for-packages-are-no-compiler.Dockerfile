FROM debian:12 AS mirror
RUN apt-get update && apt-get install -y dpkg-dev rsync
RUN dpkg-scanpackages /pool
FROM debian:12 AS builder
RUN apt-get update && apt-get install -y dpkg-dev
RUN make -C /src
