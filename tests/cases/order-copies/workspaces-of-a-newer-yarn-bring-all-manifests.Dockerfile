FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
RUN yarn install --immutable
