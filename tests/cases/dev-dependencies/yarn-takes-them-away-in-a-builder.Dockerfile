FROM node:22 AS builder
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn --frozen-lockfile
COPY . .
RUN yarn build

FROM node:22-slim
WORKDIR /app
COPY --from=builder /app ./
CMD ["yarn", "start"]
