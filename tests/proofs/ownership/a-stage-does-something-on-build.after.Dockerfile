FROM php:8-apache AS base
ONBUILD RUN touch cache.php

FROM base
COPY --chown=www-data:0 . .
RUN chown www-data /var/www/html
