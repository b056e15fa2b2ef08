FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --loglevel --omit=dev warn
COPY . .
CMD ["node", "server.js"]
