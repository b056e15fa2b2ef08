FROM node:22
VOLUME /app
COPY --chown=node:node . /app
