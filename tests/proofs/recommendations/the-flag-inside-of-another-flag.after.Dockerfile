FROM debian:12
RUN apt-get update && apt-get install -o --no-install-recommends Dpkg::Use-Pty=0 git
