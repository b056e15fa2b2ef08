FROM php:8-apache
COPY . .
RUN chown -R www-data:www-data /var/www/html
