FROM node:20
COPY package.json ./
RUN npm update
CMD ["node", "-e", "1"]
