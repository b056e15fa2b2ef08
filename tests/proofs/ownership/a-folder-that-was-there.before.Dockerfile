FROM node:22
WORKDIR /app
COPY a b ./
RUN chown -R node:node . && npm ci
