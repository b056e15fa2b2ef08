FROM node:22
COPY --chown=node:node . /app
COPY --chown=node:node tool /tool
