FROM ubuntu:22.04
RUN echo "deb https://example.com/debian stable main" > /etc/apt/sources.list.d/more.list
RUN apt-get update && apt-get install -y nodejs npm
WORKDIR /app
COPY . .
RUN npm install
RUN npm run build
CMD ["node", "dist/index.js"]
