FROM node:20 AS build
WORKDIR /app
COPY . .
RUN yarn install
RUN yarn build
RUN yarn install --production --ignore-scripts --prefer-offline

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "dist/index.js"]
