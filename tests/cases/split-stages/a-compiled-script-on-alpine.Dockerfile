FROM node:20-alpine
RUN apk add --no-cache python3 make g++ tini
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/server.js"]
