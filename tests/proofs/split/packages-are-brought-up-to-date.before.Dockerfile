FROM node:20-alpine
RUN apk upgrade --no-cache
RUN apk add --no-cache python3 make g++
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
