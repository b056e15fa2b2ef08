FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        nginx \
        vim \
    && rm -rf /var/lib/apt/lists/*
COPY html /var/www/html
RUN ps -C nginx
CMD ["nginx", "-g", "daemon off;"]
