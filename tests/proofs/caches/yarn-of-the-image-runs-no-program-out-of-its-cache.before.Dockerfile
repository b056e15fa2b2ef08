FROM node:22-slim
WORKDIR /app
RUN node --version
COPY package.json ./
RUN yarn install
COPY . .
CMD ["yarn", "start"]
