FROM node:22-slim
WORKDIR /app
RUN curl -fsSL https://example.org/yarn-3.6.4.js -o /usr/local/bin/yarn && chmod +x /usr/local/bin/yarn
COPY package.json ./
RUN yarn install
COPY . .
CMD ["node", "server.js"]
