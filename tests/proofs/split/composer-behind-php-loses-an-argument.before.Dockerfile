FROM php:8.2-cli
RUN docker-php-ext-install pcntl
ARG COMPOSER_AUTH
RUN composer --version
COPY . /app
RUN composer install -d /app
CMD ["php", "/app/index.php"]
