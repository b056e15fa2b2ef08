FROM node:22 AS a
RUN git clone https://example.com/a.git /app
WORKDIR /app
RUN npm ci
CMD ["node", "server.js"]

FROM node:22 AS b
WORKDIR /app
COPY --from=a /app .
RUN npm ci
CMD ["node", "server.js"]

FROM node:22 AS c
COPY package.json .
RUN npm ci
CMD ["node", "server.js"]
