FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
