FROM debian:12
RUN apt-get update
COPY . /var/www/html
