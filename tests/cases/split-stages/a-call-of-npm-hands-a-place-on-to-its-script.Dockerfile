FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm install && npm run build -- --outDir /var/www/html
CMD ["node", "index.js"]
