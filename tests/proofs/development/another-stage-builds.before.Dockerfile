FROM node:22-slim AS a
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
FROM a
RUN make
