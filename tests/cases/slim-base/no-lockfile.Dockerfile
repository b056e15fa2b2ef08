FROM node:20
COPY package.json ./
RUN npm install
CMD ["node", "a.js"]
