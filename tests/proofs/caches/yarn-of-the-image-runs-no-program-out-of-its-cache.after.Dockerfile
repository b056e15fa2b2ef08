FROM node:22-slim
WORKDIR /app
RUN node --version
COPY package.json ./
RUN yarn install && yarn cache clean
COPY . .
CMD ["yarn", "start"]
