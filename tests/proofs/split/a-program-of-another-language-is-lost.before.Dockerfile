FROM node:20
RUN apt-get update && apt-get install -y golang
WORKDIR /app
COPY . .
RUN go build -o /usr/local/bin/resize ./resize
RUN npm install
CMD ["node", "server.js"]
