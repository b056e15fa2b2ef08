FROM debian:12
RUN echo "deb [trusted=yes] file:/data/repo ./" > /etc/apt/sources.list.d/x.list
COPY . /data/repo
RUN apt-get update
