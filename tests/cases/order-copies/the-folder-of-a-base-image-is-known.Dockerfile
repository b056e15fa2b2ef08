FROM oven/bun:1-slim
COPY . .
RUN bun install --frozen-lockfile
