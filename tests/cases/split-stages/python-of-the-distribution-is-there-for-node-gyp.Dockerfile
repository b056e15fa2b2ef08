FROM ubuntu:22.04
RUN apt-get update && apt-get install -y nodejs npm make g++ python3
WORKDIR /app
COPY . .
RUN npm install
CMD ["node", "server.js"]
