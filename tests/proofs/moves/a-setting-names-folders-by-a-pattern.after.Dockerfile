FROM composer:2
WORKDIR /app
RUN composer config -g repositories.own '{"type": "path", "url": "packages/*"}'
COPY composer.json composer.lock ./
RUN composer install --no-scripts --no-autoloader
COPY . .
