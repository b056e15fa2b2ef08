FROM debian:12
COPY app.tar.gz /opt/
