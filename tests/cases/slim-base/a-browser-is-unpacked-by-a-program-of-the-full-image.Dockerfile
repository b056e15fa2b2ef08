FROM node:16
WORKDIR /app
COPY . .
RUN npm install
CMD ["node", "server.js"]
