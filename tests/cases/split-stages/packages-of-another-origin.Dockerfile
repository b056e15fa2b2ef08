FROM debian:bookworm
COPY more.list /etc/apt/sources.list.d/
RUN apt-get update && apt-get install -y nodejs npm
WORKDIR /app
COPY package.json server.js .
RUN npm install
CMD ["node", "server.js"]
