FROM node:22

# the sources
COPY . /app

# they belong to node
RUN chown -R node:node /app

USER node
