FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        nginx \
        vim \
    && rm -rf /var/lib/apt/lists/*
RUN apt-get purge -y build-essential
COPY html /var/www/html
CMD ["nginx", "-g", "daemon off;"]
