FROM debian:12
RUN apt-get install -y apache2 bar+ libfoo-
