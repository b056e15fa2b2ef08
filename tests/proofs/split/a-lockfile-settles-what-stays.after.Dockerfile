FROM node:20-slim AS build
WORKDIR /app
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build
RUN npm prune --omit=dev

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "dist/main.js"]
