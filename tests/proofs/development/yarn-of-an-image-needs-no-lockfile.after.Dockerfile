FROM node:22-slim
WORKDIR /app
COPY package.json ./
RUN yarn install --production
COPY . .
CMD ["yarn", "start"]
