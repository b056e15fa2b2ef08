FROM node:20 AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
COPY site.conf /etc/nginx/conf.d/

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/nginx/conf.d/site.conf /etc/nginx/conf.d/
COPY --from=build /app/dist /app/dist
COPY --from=build /app/htpasswd /app/
WORKDIR /app
CMD ["nginx", "-g", "daemon off;"]
