FROM node:20-bookworm AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN rm -rf /var/www/html/* && cp -r dist/* /var/www/html/

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
RUN rm -rf /var/www/*
COPY --from=build /var/www/html /var/www/html
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]
