FROM php:8.2-cli
VOLUME /data
RUN docker-php-ext-install pcntl
COPY . /app
CMD ["php", "/app/index.php"]
