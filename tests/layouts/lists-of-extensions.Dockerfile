FROM php:8.3-apache
RUN docker-php-ext-configure gd --with-jpeg && docker-php-ext-install -j$(nproc) zip \
  gd intl \
  && docker-php-ext-install -j "$(nproc)" pdo \
     pdo_mysql && docker-php-ext-install -j4 opcache bcmath && \
  docker-php-ext-enable zip \
   gd \
 && pecl install redis-6.0.2 \
 apcu
