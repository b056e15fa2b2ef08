FROM node:20-alpine AS build
RUN apk add --no-cache python3 make g++
WORKDIR /app
COPY . .
RUN npm ci

FROM node:20-alpine
RUN apk upgrade --no-cache
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "server.js"]
