FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install -g npm@6 && npm ci
COPY . .
CMD ["node", "server.js"]
