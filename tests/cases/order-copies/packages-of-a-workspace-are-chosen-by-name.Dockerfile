FROM node:22
WORKDIR /app
COPY . .
RUN pnpm --filter web... install --frozen-lockfile --reporter=append-only
