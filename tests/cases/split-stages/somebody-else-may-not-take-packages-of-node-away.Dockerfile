FROM node:20
RUN mkdir -p /home/node/app && chown -R node:node /home/node/app
WORKDIR /home/node/app
USER node
COPY --chown=node:node package.json ./
RUN npm install
COPY --chown=node:node . .
USER www-data
RUN npm run build
CMD ["node", "dist/index.js"]
