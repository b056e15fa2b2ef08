FROM node:20
COPY . /srv/app
WORKDIR /srv/app
RUN npm ci
CMD ["node", "server.js"]
