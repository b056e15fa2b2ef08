FROM debian:bookworm
RUN apt-get update && apt-get install -y nginx python3-sphinx && rm -rf /var/lib/apt/lists/*
WORKDIR /docs
COPY . .
RUN sphinx-build . /var/www/html && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
CMD ["nginx", "-g", "daemon off;"]
