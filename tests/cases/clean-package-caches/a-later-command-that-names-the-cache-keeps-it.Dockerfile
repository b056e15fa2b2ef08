FROM node:20
RUN npm ci
RUN chown -R node ~/.npm
