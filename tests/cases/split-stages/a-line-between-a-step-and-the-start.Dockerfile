FROM node:20
WORKDIR /app
COPY . .
RUN npm ci

# the port is read from the settings
CMD ["node", "server.js"]
