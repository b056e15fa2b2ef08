FROM oven/bun:1-alpine
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY . .
