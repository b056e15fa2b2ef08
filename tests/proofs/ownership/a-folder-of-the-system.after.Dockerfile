FROM node:22
COPY --chown=node:node . /etc/app
RUN chown node:node /etc
