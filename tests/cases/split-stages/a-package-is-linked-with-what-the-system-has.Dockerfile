FROM node:20-bookworm
WORKDIR /app
COPY package*.json ./
RUN npm install --build-from-source --sqlite=/usr
COPY . .
CMD ["node", "index.js"]
