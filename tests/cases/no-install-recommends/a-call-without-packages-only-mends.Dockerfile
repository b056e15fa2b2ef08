FROM debian:12
RUN dpkg -i /tmp/tool.deb || apt-get install -fy
