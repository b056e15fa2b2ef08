FROM gcc:13 AS made
RUN true

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        nginx \
        vim \
    && rm -rf /var/lib/apt/lists/*
COPY --from=made /usr/local/bin/tool /usr/local/bin/
COPY html /var/www/html
CMD ["nginx", "-g", "daemon off;"]
