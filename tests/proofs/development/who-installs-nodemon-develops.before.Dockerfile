FROM node:22-slim
RUN npm install -g nodemon
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]
