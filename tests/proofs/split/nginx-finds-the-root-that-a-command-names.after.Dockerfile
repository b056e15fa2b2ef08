FROM node:20 AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN sed -i 's|root /var/www/html|root /app/dist|' /etc/nginx/sites-available/default

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/nginx/sites-available/default /etc/nginx/sites-available/
COPY --from=build /app/dist /app/dist
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]
