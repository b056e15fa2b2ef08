FROM node:20
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && apt-get update && apt-get install -y g++
USER node
RUN mkdir -p /home/node/state
CMD ["node", "dist/index.js"]
