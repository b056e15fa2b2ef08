FROM debian:12
RUN apt-get update && apt-get install -o Dpkg::Use-Pty=0 git
