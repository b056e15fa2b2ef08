FROM node:22
WORKDIR /app
ENV NODE_OPTIONS="--require /app/hook.js"
COPY . .
RUN npm ci
