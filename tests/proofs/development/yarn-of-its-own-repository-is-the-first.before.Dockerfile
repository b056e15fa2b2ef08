FROM node:22-slim
WORKDIR /app
RUN curl -sS https://dl.yarnpkg.com/debian/pubkey.gpg -o /tmp/key && rm /tmp/key && yarn config set registry https://registry.yarnpkg.com
COPY package.json ./
RUN yarn install
COPY . .
CMD ["node", "server.js"]
