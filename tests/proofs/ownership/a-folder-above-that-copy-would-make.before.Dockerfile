FROM node:22
COPY . /data/app
RUN chown -R node:node /data/app
