FROM php:8.2-cli
COPY . /app
WORKDIR /app
CMD docker-php-ext-install pcntl && php run.php
