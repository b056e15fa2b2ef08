FROM node:22-alpine
COPY --chown=node:node . /app
