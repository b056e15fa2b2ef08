FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        build-essential \
        cmake \
        nginx \
        vim \
    && rm -rf /var/lib/apt/lists/*
COPY html /var/www/html
CMD ["nginx", "-g", "daemon off;"]
