FROM php:8.3-cli
WORKDIR /app
COPY . .
RUN composer install
