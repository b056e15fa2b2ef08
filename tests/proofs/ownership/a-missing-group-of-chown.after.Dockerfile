FROM node:22
COPY --chown=node: . /app
