FROM oven/bun:1.2
COPY . .
RUN bun install --production
