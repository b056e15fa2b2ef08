FROM node:20
WORKDIR /app
COPY package.json .
RUN yarn install && yarn add express-rate-limit
COPY . .
RUN yarn build
CMD ["node", "dist/index.js"]
