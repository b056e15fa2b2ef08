FROM node:20-bookworm
WORKDIR /app
COPY app.js .
CMD ["node", "app.js"]
