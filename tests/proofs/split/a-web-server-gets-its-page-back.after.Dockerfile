FROM node:20 AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY package.json ./
RUN npm run build
RUN rm -f /etc/nginx/sites-enabled/default

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]
