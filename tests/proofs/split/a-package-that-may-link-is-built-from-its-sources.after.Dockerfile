FROM node:22 AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm install --build-from-source
RUN npm prune --omit=dev

FROM node:22-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "server.js"]
