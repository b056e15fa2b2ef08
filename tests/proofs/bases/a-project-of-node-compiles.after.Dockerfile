FROM node:20-bookworm-slim
COPY . .
RUN npm install
CMD ["node","a.js"]
