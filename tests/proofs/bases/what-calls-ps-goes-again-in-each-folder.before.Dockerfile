FROM node:22 AS build
WORKDIR /app/server
COPY server/package*.json ./
RUN npm ci
WORKDIR /app/client
COPY client/package*.json ./
RUN npm ci
RUN cd /app/server && npm prune --omit=dev
RUN npm prune --omit=dev
COPY . /app

FROM node:22
WORKDIR /app/server
COPY --from=build /app /app
CMD ["node", "index.js"]
