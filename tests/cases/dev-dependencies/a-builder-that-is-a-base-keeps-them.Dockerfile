FROM node:22 AS builder
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM builder AS maps
RUN npm run maps

FROM node:22-slim
WORKDIR /app
COPY --from=builder /app ./
COPY --from=maps /app/maps ./maps
CMD ["npm", "start"]
