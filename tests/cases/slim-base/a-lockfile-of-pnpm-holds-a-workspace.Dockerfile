FROM node:20-bookworm
RUN npm install --global pnpm@9.5.0
WORKDIR /repo
COPY . .
RUN pnpm install --frozen-lockfile
CMD ["node", "apps/api/server.js"]
