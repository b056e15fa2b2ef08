FROM node:20
WORKDIR /app
COPY . .
RUN npm install -g yarn@berry
RUN yarn install
RUN yarn build
CMD ["node", "dist/index.js"]
