FROM node:20
WORKDIR /app
COPY package.json .
RUN npm install && npm install express-rate-limit
COPY . .
RUN npm run build
CMD ["node", "dist/index.js"]
