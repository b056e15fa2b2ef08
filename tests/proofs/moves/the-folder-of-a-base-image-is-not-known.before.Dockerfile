FROM example.com/team/bun:1
COPY . .
RUN bun install --frozen-lockfile
