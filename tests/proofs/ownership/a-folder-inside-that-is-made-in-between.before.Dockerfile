FROM node:22
COPY . /app
RUN mkdir /app/log && chown -R node:node /app
