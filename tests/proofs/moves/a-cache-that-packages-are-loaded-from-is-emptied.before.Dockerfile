FROM node:18
WORKDIR /app
COPY . .
RUN yarn install --immutable && yarn build && yarn cache clean
CMD ["node", "dist/app.js"]
