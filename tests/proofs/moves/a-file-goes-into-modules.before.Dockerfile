FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY a/index.js ./node_modules/a/
RUN npm ci
