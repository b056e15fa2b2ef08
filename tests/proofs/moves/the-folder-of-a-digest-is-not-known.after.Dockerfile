FROM oven/bun@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY . .
