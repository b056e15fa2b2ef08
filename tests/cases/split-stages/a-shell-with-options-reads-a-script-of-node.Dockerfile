FROM node:22
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
ENTRYPOINT ["bash", "-e", "./entry.sh"]
CMD ["node", "dist/server.js"]
