FROM php:8.2-cli
RUN apt-get update && apt-get install -y libpng-dev && docker-php-ext-install gd && apt-get purge -y libpng-dev && rm -rf /var/lib/apt/lists/*
COPY . /app
CMD ["php", "/app/index.php"]
