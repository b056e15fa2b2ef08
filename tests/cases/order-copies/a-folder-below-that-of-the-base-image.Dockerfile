FROM composer:2
WORKDIR shop
COPY . .
RUN composer install --no-dev --no-scripts --no-autoloader
