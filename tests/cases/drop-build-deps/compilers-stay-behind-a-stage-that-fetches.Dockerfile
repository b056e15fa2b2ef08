FROM debian:bookworm AS get
RUN git clone https://example.com/a.git /a

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        build-essential \
        cmake \
        nginx \
        php-fpm \
        vim \
    && rm -rf /var/lib/apt/lists/*
COPY --from=get /a/html /var/www/html
CMD ["nginx", "-g", "daemon off;"]
