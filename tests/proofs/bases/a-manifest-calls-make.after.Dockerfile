FROM node:20-bookworm-slim
COPY package.json .
RUN npm install
CMD ["node","a.js"]
