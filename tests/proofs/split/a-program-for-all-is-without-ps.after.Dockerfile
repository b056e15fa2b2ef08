FROM node:20 AS build
RUN yarn global add pm2@5.4.2
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn
COPY . .
RUN yarn install --production --ignore-scripts --prefer-offline
RUN rm -rf /usr/local/bin/node /usr/local/lib/node_modules/npm

FROM node:20-slim
COPY --from=build /usr/local/lib/node_modules /usr/local/lib/node_modules
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /usr/local/share/.config/yarn/global /usr/local/share/.config/yarn/global
COPY --from=build /app /app
WORKDIR /app
CMD ["pm2-runtime", "server.js"]
