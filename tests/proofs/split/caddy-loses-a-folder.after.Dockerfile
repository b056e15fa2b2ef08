FROM node:20 AS build
RUN apt-get update && apt-get install -y caddy
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
COPY Caddyfile /etc/caddy/Caddyfile

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y caddy && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/caddy/Caddyfile /etc/caddy/
COPY --from=build /app/dist /app/dist
WORKDIR /app
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
