FROM node:20-alpine
RUN apk add --no-cache build-base vips-dev
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["node", "dist/server.js"]
