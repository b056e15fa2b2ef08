FROM php:8.2-cli AS build
RUN apt-get update && apt-get install -y --no-install-recommends git unzip && rm -rf /var/lib/apt/lists/*
RUN apt-mark auto $PHPIZE_DEPS libc6-dev git unzip && apt-get autoremove --purge -y

FROM scratch
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV PHP_INI_DIR=/usr/local/etc/php
COPY --from=build / /
WORKDIR /app
COPY . .
ENTRYPOINT ["php", "bin/worker"]
