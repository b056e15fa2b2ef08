FROM node:20
ENV NODE_ENV=production
WORKDIR /app
COPY . .
RUN yarn install --production=false
RUN yarn build
CMD ["node", "dist/index.js"]
