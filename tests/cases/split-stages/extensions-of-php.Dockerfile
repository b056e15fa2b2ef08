FROM php:8.3-apache
RUN apt-get update && apt-get install -y build-essential libicu-dev
RUN docker-php-ext-install intl
COPY . /var/www/html
CMD ["apache2-foreground"]
