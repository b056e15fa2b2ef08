FROM node:20
RUN yarn global add pm2@5.4.2
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn
COPY . .
CMD ["pm2-runtime", "server.js"]
