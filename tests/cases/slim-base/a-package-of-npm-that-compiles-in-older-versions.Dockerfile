FROM node:20
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
USER node
COPY . .
CMD ["node", "index.js"]
