FROM php:8.2-cli
USER www-data
RUN pecl download redis
COPY . /app
CMD ["php", "/app/index.php"]
