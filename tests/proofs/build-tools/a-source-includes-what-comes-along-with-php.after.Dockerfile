FROM debian:12-slim
RUN apt-get update && apt-get install -y php-cli && rm -rf /var/lib/apt/lists/*
COPY . /app
CMD ["php", "/app/m.php"]
