FROM php:8.3-apache
WORKDIR /var/www/html
COPY composer.json composer.lock ./
RUN composer install
COPY . .
