FROM oven/bun:1
WORKDIR /app
COPY . .
RUN bun ci --production --no-progress --no-summary
