FROM node:22 AS build
WORKDIR /app
RUN curl -fsSL https://example.org/yarn-3.6.4.js -o /usr/local/bin/yarn && chmod +x /usr/local/bin/yarn
COPY package.json yarn.lock ./
RUN yarn install
COPY . .
RUN yarn build
RUN yarn install --production --ignore-scripts --prefer-offline

FROM node:22-slim
WORKDIR /app
COPY --from=build /app /app
CMD ["node", "server.js"]
