FROM node:20 AS one
WORKDIR /one
COPY one/package.json one/yarn.lock ./
RUN yarn --frozen-lockfile
COPY one .
CMD ["yarn", "start"]

FROM node:20 AS two
WORKDIR /two
COPY two/package.json two/pnpm-lock.yaml ./
RUN corepack enable && pnpm install --frozen-lockfile
COPY two .
CMD pnpm run serve

FROM node:20
WORKDIR /one
COPY one/package.json one/yarn.lock ./
RUN yarn install
COPY one .
CMD ["node", "index.js"]
