FROM node:22 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm prune --omit=dev
RUN npm install

FROM node:22-slim
WORKDIR /app
COPY --from=build /app ./
CMD ["node", "server.js"]
