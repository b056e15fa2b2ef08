FROM debian:12
COPY . /var/lib/app
RUN chown -R app:app /var/lib/app
FROM php:8-apache
COPY . /var/www
RUN chown -R www-data:www-data /var/www
