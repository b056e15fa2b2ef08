FROM node:22
WORKDIR /app
COPY . .
RUN npm ci --build-from-source
RUN cd jobs && npm ci --build-from-source
CMD ["node", "server.js"]
