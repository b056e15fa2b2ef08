FROM node:20-bookworm AS build
WORKDIR /app
COPY . .
RUN npm install --legacy-peer-deps && npm run build
RUN npm prune --omit=dev

FROM node:20-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "index.js"]
