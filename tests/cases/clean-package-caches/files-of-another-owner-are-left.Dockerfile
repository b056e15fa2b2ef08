FROM node:20
ENV HOME=/srv
RUN npm install -g serve && rm -rf /tmp/*
USER node
RUN npm install
