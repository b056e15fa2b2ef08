FROM node:22-slim AS a
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
FROM node:22
COPY --from=a /app /app
RUN make
