FROM node:20-slim
RUN npm install --global pm2@5.4.2
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
CMD ["pm2-runtime", "server.js"]
