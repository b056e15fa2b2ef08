FROM oven/bun:1-alpine
COPY . .
RUN bun install --frozen-lockfile
