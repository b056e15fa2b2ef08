FROM php:8.2-cli
COPY . /app
CMD ["php", "/app/run.php"]
