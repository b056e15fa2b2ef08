FROM node:20
WORKDIR /app
COPY . .
RUN yarn set version berry
RUN yarn install
RUN yarn build
CMD ["node", "dist/index.js"]
