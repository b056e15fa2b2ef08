FROM node:22 AS builder
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build && rm -f package*
RUN npm prune --omit=dev

FROM node:22-slim
WORKDIR /app
COPY --from=builder /app ./
CMD ["node", "dist/server.js"]
