FROM node:22
WORKDIR /app
RUN corepack enable
COPY . .
RUN yarn install --frozen-lockfile
