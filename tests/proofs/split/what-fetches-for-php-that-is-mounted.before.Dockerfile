FROM php:8.2-cli
RUN apt-get update && apt-get install -y git unzip imagemagick && rm -rf /var/lib/apt/lists/*
COPY php.ini /usr/local/etc/php/
CMD ["php", "/app/index.php"]
