FROM node:22
COPY --chown=1:1 . /app
