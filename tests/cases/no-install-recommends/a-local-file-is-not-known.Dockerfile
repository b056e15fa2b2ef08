FROM debian:12
COPY tool.deb /tmp/
RUN apt-get install -y /tmp/tool.deb
