FROM node:22 AS pages
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        build-essential \
        cmake \
        nginx \
        vim \
    && rm -rf /var/lib/apt/lists/*
COPY --from=pages /app/dist /var/www/html
CMD ["nginx", "-g", "daemon off;"]
