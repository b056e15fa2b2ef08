FROM php:8.3
RUN cd /app && php composer.phar install
