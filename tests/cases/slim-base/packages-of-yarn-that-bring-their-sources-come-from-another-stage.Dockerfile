FROM node:22 AS build
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn --frozen-lockfile
COPY . .

FROM node:22
WORKDIR /app
COPY --from=build /app ./
CMD ["node", "server.js"]
