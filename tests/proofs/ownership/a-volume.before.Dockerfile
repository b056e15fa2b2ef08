FROM node:22
VOLUME /app
COPY . /app
RUN chown -R node:node /app
