FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY .npmrc ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
