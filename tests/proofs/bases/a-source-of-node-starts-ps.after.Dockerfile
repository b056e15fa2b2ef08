FROM node:20-bookworm-slim
COPY . .
CMD ["node","a.js"]
