FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y php-cli && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN php bin/seed.php
ENTRYPOINT ["php"]
CMD ["-S", "0.0.0.0:8000", "-t", "public"]
