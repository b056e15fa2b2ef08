FROM node:22
WORKDIR /app
COPY --chown=node:node a b ./
RUN chown node:node . && npm ci
