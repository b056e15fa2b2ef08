FROM node:22 AS a
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
CMD ["node", "server.js"]

FROM node:22 AS b
WORKDIR /app
COPY . .
RUN npm ci && npx jest
CMD ["node", "server.js"]

FROM node:22 AS packages
WORKDIR /app
COPY . .
RUN npm ci

FROM node:22 AS c
WORKDIR /app
COPY --from=packages /app /app
RUN make
CMD ["node", "server.js"]
