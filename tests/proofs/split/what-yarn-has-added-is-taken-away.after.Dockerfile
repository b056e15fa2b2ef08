FROM node:20 AS build
WORKDIR /app
COPY package.json .
RUN yarn install && yarn add express-rate-limit
COPY . .
RUN yarn build
RUN yarn install --production --ignore-scripts --prefer-offline

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "dist/index.js"]
