FROM php:5.6-apache
RUN apt-get update && apt-get install -y build-essential && docker-php-ext-install mysqli && rm -rf /var/lib/apt/lists/*
COPY . /var/www/html
