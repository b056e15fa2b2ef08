FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm install --legacy-peer-deps && npm run build
CMD ["node", "index.js"]
