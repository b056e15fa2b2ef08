FROM php:8.2-fpm
RUN apt-get update && apt-get install -y git unzip && docker-php-ext-install pdo_mysql && rm -rf /var/lib/apt/lists/*
COPY php.ini /usr/local/etc/php/
WORKDIR /var/www/html
