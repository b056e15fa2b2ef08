FROM node:20-bookworm
WORKDIR /app
COPY . .
CMD ["node", "app.js"]
