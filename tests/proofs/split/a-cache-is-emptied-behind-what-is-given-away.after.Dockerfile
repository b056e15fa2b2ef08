FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm install && npm run build
RUN chown -R node:node /app && npm cache clean --force
RUN npm prune --omit=dev

FROM node:20-slim
COPY --from=build --chown=node:node /app /app
WORKDIR /app
USER node
CMD ["node", "dist/api.js"]
