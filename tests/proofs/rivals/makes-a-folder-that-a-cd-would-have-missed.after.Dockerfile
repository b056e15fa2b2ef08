FROM debian:12
WORKDIR /opt/tool
RUN ./install
WORKDIR /
