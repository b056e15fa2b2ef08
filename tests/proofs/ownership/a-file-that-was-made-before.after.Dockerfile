FROM node:22
RUN mkdir /app && touch /app/log
COPY --chown=node:node . /app
RUN chown node:node /app
