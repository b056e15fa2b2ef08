FROM php:8-apache AS base
ONBUILD RUN touch cache.php

FROM base
COPY . .
RUN chown -R www-data /var/www/html
