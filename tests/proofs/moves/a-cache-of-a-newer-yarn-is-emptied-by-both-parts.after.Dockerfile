FROM node:18
WORKDIR /app
COPY package.json yarn.lock .yarnrc.yml ./
COPY .yarn/releases/yarn-3.6.1.cjs ./.yarn/releases/
RUN yarn install --immutable && yarn cache clean
COPY . .
RUN yarn build && yarn cache clean
CMD ["node", "dist/app.js"]
