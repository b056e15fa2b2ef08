FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN yarn install
COPY . .
CMD ["node", "server.js"]
