FROM php:8.3
RUN pecl install redis
CMD ["true"]
