FROM node:22-slim
WORKDIR /app
COPY --from=tools /opt/yarn /usr/local/bin/
COPY package.json ./
RUN yarn install
COPY . .
CMD ["node", "server.js"]
