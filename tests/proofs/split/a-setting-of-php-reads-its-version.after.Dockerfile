FROM php:8.2-cli AS build
ENV BUILT_ON=$PHP_VERSION
RUN docker-php-ext-install pcntl
RUN apt-mark auto $PHPIZE_DEPS libc6-dev && apt-get autoremove --purge -y

FROM scratch
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV PHP_INI_DIR=/usr/local/etc/php
ENV BUILT_ON=$PHP_VERSION
COPY --from=build / /
COPY . /app
CMD ["php", "/app/index.php"]
