FROM node:22
WORKDIR /app
COPY service ./
RUN corepack prepare --activate
RUN pnpm install --frozen-lockfile
