FROM node:20-bookworm
COPY package.json .
RUN npm install
CMD ["node","a.js"]
