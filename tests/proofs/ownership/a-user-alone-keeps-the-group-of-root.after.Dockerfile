FROM node:22
COPY --chown=node:0 . /app
