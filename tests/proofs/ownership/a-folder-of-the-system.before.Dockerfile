FROM node:22
COPY . /etc/app
RUN chown -R node:node /etc
