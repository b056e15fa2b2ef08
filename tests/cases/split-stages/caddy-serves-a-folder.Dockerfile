FROM node:20
RUN apt-get update && apt-get install -y caddy
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["caddy", "file-server", "--root", "/app/dist", "--listen", ":8080"]
