FROM node:8
RUN npm install -g npm@latest
