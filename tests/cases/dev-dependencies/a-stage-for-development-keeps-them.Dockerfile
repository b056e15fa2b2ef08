FROM node:22 AS development
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "--watch", "server.js"]

FROM node:22
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
