FROM php:8.2-apache
LABEL team=shop
RUN apt-get update && apt-get install -y git libzip-dev unzip && docker-php-ext-install pdo_mysql zip && rm -rf /var/lib/apt/lists/*
ARG COMPOSER_AUTH
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
COPY php.ini $PHP_INI_DIR/
COPY . .
RUN composer install --no-dev
# uploads
RUN chown -R www-data:www-data storage
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
