FROM node:20 AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY assets assets
RUN npm run build

FROM php:8.3-fpm-bookworm AS web
WORKDIR /app
COPY . .
COPY --from=assets /app/public /app/public
USER www-data
