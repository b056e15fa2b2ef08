FROM php:8.2-apache
CMD ["true"]
