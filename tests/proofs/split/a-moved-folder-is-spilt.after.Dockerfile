FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build && mv dist /opt/web
RUN npm prune --omit=dev

FROM node:20-slim
COPY --from=build /app /app
COPY --from=build /opt/web /opt/
WORKDIR /app
CMD ["node", "server.js"]
