FROM php:8.2-cli
RUN apt-get update && apt-get install -y git unzip imagemagick && rm -rf /var/lib/apt/lists/*
COPY . /app
CMD ["php", "/app/index.php"]
