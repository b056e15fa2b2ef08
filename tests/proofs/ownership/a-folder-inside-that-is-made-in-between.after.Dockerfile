FROM node:22
COPY --chown=node:node . /app
RUN mkdir /app/log && chown node:node /app
