FROM node:22
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn install --immutable
COPY . .
