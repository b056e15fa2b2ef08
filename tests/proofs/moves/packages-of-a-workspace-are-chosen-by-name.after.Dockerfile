FROM node:22
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/web/package.json ./packages/web/
RUN pnpm --filter web... install --frozen-lockfile --reporter=append-only
COPY . .
