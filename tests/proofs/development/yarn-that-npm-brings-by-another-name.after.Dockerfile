FROM node:22-slim
WORKDIR /app
RUN npm install -g @yarnpkg/cli-dist
COPY package.json ./
RUN yarn install --production
COPY . .
CMD ["node", "server.js"]
