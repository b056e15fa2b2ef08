FROM node:22
WORKDIR /app
RUN npm config set node-options "--require ./server.js"
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
