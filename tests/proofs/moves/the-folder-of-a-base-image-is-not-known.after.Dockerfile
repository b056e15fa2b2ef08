FROM example.com/team/bun:1
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY . .
