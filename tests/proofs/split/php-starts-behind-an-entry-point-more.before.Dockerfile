FROM php:8.2-cli
RUN docker-php-ext-install pcntl
COPY . /app
RUN chmod -R a+rX /app
CMD ["php", "/app/index.php"]
