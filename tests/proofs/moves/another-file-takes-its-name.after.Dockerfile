FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY lib/a.js ./server.js
RUN npm ci
COPY . .
