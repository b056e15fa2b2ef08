FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.local/share/pnpm pnpm i --frozen-lockfile --prod
