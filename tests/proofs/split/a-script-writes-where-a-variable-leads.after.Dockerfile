FROM node:20-bookworm AS build
ENV DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm run seed
RUN npm prune --omit=dev

FROM node:20-bookworm-slim
COPY --from=build /app /app
ENV DATA_DIR=/data
WORKDIR /app
CMD ["node", "dist/app.js"]
