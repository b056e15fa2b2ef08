FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci && npm ls && npm cache clean --force
COPY . .
CMD ["node", "server.js"]
