FROM node:20 AS build
WORKDIR /app
COPY package.json yarn.lock ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc yarn install --frozen-lockfile
COPY . .
RUN yarn build
RUN yarn install --production --ignore-scripts --prefer-offline

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "dist/index.js"]
