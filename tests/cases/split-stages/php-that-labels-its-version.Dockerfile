FROM php:8.2-cli
ENV BUILT_ON=$PHP_VERSION
RUN docker-php-ext-install pcntl
COPY . /app
CMD ["php", "/app/index.php"]
