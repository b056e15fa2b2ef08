FROM php:8.2-fpm
RUN docker-php-ext-install pcntl
COPY . /app
RUN chmod -R a+rX /app
