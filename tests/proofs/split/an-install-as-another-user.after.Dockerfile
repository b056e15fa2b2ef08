FROM node:20-bookworm AS build
RUN apt-get update && apt-get install -y tini
WORKDIR /app
COPY . .
RUN npm ci

FROM node:20-bookworm-slim
USER 4711
RUN apt-get update && apt-get install -y tini && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /app
CMD ["tini", "node", "a.js"]
