FROM node:22
WORKDIR /app
COPY lib/a.js ./server.js
COPY . .
