FROM node:22 AS a
ARG NODE_ENV
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]

FROM node:22 AS b
WORKDIR /app
COPY . .
RUN export NODE_ENV=development && npm ci
CMD ["node", "server.js"]

FROM node:22 AS c
ENV NPM_CONFIG_PRODUCTION=false
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
