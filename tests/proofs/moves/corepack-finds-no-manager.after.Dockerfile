FROM node:22
RUN corepack enable
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN corepack prepare --activate
RUN pnpm install --frozen-lockfile
COPY . .
