FROM node:20 AS build
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm ci && npm run build && cp -r dist/. /var/www/html/

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /var/www/html /var/www/html
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]
