ARG VERSION=8.2
FROM php:${VERSION}-cli
COPY . /app
CMD ["php", "/app/index.php"]
