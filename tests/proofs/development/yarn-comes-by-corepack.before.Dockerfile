FROM node:22-slim
WORKDIR /app
COPY package.json ./
RUN corepack enable
RUN yarn install
COPY . .
CMD ["yarn", "start"]
