FROM php:8.3-apache
RUN apt-get update && apt-get install -y unzip && rm -rf /var/lib/apt/lists/*
COPY . .
RUN composer install --no-dev --no-scripts
