FROM oven/bun:1.2
COPY package.json ./
RUN bun install --production
COPY . .
