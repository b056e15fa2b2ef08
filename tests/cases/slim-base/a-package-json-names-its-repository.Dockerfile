FROM node:20
COPY package.json a.js ./
CMD ["npm", "start"]
