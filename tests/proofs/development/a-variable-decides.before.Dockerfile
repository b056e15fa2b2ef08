FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
ENV NODE_ENV=development
RUN npm ci
COPY . .
CMD ["node", "server.js"]
