# quotes for all
FROM php:8.2-cli
COPY . /usr/src/app
WORKDIR /usr/src/app
# as in development
CMD ["php", "-S", "0.0.0.0:8000", "router.php"]
