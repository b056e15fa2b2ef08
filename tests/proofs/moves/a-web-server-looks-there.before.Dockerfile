FROM debian:12
COPY . /var/www/html
RUN apt-get update
