FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
ONBUILD RUN npm ci
CMD ["node", "server.js"]
