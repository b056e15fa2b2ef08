FROM node:20
RUN npm install -g pm2@5.3.1
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["pm2-runtime", "ecosystem.config.js"]
