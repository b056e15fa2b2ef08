FROM node:22-slim
WORKDIR /app
RUN npx corepack@latest enable
COPY package.json ./
RUN yarn install
COPY . .
CMD ["node", "server.js"]
