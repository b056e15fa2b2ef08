FROM node:22
RUN mkdir /app && touch /app/log
COPY . /app
RUN chown -R node:node /app
