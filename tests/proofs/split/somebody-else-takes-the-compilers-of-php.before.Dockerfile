FROM php:8.2-cli
USER www-data
RUN docker-php-ext-install pcntl
COPY . /app
RUN chmod -R a+rX /app
CMD ["php", "/app/index.php"]
