FROM node:22
COPY --chown=node:node . /app
WORKDIR /app
RUN npm ci
RUN chown node:node /app
