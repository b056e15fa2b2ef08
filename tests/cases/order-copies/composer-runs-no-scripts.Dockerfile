FROM php:8.3-cli
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
WORKDIR /app
COPY . .
RUN composer install --no-dev --no-scripts --prefer-dist && composer clear-cache
CMD ["php", "index.php"]
