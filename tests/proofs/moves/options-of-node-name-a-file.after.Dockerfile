FROM node:22
WORKDIR /app
ENV NODE_OPTIONS="--require /app/hook.js"
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
