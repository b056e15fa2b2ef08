FROM node:22 AS build
WORKDIR /app/server
COPY server/package*.json ./
RUN npm ci
WORKDIR /app/client
COPY client/package*.json ./
RUN npm ci --omit=dev
COPY . /app

FROM node:22
WORKDIR /app/server
COPY --from=build /app /app
CMD ["npx", "concurrently", "node index.js", "node worker.js"]
