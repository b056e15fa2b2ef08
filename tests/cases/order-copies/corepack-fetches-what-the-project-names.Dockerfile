FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
RUN corepack prepare --activate
RUN pnpm install --frozen-lockfile

FROM node:22
WORKDIR /app
COPY . .
RUN corepack enable && corepack install && pnpm install --frozen-lockfile
