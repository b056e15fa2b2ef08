FROM node:22 AS packages
WORKDIR /app
COPY package*.json ./
RUN npm ci

FROM node:22-slim
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY . .
USER node
ENTRYPOINT ["tini", "--"]
CMD ["node", "server.js"]
