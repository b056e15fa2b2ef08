FROM oven/bun:1-distroless
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY . .
