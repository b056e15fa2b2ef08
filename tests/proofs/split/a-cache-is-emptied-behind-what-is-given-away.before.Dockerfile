FROM node:20
WORKDIR /app
COPY . .
RUN npm install && npm run build
RUN chown -R node:node /app && npm cache clean --force
USER node
CMD ["node", "dist/api.js"]
