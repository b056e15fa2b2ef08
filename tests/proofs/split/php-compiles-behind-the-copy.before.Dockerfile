FROM php:8.2-cli
RUN docker-php-ext-install pcntl
COPY . /app
RUN make -C /app
CMD ["php", "/app/index.php"]
