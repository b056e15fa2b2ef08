FROM php:8.2-cli
RUN docker-php-ext-install pcntl
COPY . /app
RUN echo $PHP_VERSION > /app/version
CMD ["php", "/app/index.php"]
