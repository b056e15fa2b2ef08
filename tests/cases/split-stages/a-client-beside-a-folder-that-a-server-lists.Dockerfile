FROM node:22
WORKDIR /app
COPY . .
RUN npm install
RUN cd client && npm install && npm run build
CMD ["node", "server.js"]
