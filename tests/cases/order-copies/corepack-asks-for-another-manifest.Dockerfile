FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
WORKDIR /app/client
RUN corepack prepare --activate
WORKDIR /app
RUN pnpm install --frozen-lockfile
