FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm ls && npm cache clean --force
COPY . .
CMD ["node", "server.js"]
