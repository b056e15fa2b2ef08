FROM oven/bun:1-distroless
COPY . .
RUN bun install --frozen-lockfile
