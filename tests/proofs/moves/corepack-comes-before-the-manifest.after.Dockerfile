FROM node:22
RUN corepack enable
WORKDIR /app
RUN corepack prepare --activate
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile
COPY . .
