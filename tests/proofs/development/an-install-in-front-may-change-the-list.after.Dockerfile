FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install morgan
RUN npm ci --omit=dev
COPY . .
CMD ["node", "server.js"]
