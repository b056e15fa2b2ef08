FROM node:20-bookworm-slim
WORKDIR /app
COPY . .
CMD ["node", "app.js"]
