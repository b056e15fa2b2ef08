FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install jest
COPY . .
CMD ["node", "server.js"]
