FROM oven/bun@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
COPY . .
RUN bun install --frozen-lockfile
