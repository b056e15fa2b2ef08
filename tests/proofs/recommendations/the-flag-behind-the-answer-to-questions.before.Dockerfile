FROM debian:12
RUN apt-get install -yq python-minimal default-jre
