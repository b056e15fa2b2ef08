FROM node:20
WORKDIR /app
COPY . .
RUN yarn install --pure-lockfile
RUN yarn build
CMD ["node", "dist/index.js"]
