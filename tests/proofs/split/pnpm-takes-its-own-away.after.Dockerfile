FROM node:20 AS build
RUN npm install -g pnpm && npm cache clean --force
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm build
RUN CI=true pnpm prune --prod

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "dist/index.js"]
