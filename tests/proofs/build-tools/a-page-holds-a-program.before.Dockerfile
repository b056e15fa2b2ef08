FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential php-cli && rm -rf /var/lib/apt/lists/*
COPY . /app
CMD ["php", "-S", "0.0.0.0:80", "-t", "/app"]
