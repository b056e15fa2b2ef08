FROM node:22 AS build
RUN apt-get update && apt-get install -y --no-install-recommends cmake libxml2-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm ci

FROM node:22-slim
RUN apt-get update && apt-get install -y libxml2 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "server.js"]
