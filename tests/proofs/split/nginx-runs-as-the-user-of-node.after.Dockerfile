FROM node:20 AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci
# into build/
RUN npm run build
COPY site.conf /etc/nginx/nginx.conf

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/nginx/nginx.conf /etc/nginx/
COPY --from=build /app/build /app/build
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]
