FROM node:20
WORKDIR /app
COPY package*.json ./
RUN npm install
COPY . .
RUN npm run build
# dev dependencies are not needed any more
RUN npm prune --production
ENV NODE_ENV=production
CMD ["node", "dist/index.js"]
