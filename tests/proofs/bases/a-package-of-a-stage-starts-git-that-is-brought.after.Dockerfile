FROM node:22 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .

FROM node:22-slim
WORKDIR /app
RUN apt-get update && apt-get install --no-install-recommends -y ca-certificates git && rm -rf /var/lib/apt/lists/*
COPY --from=build /app ./
CMD ["node", "server.js"]
