FROM node:22-slim
WORKDIR /app
COPY package.json ./
RUN corepack enable
RUN yarn install --production
COPY . .
CMD ["yarn", "start"]
