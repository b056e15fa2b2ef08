FROM node:22
COPY . /app
RUN chown -R node:node /srv
RUN chown node /app
RUN chown -R node:node /app
SHELL ["/bin/bash", "-lc"]
COPY . /app
RUN chown -R node:node /app
