FROM node:22 AS builder
RUN chown -R node /srv
WORKDIR /app
COPY package*.json ./
USER node
RUN npm ci
COPY . .
USER root
RUN npm run build
USER node

FROM node:22-slim
WORKDIR /app
COPY --from=builder /app ./
CMD ["npm", "start"]
