FROM node:20-bookworm
RUN apt-get update && apt-get install -y make g++
RUN npm install -g pm2
WORKDIR /app
COPY package.json ./
RUN npm install
COPY server.js ./
CMD ["pm2-runtime", "server.js"]
