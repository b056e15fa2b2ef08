FROM node:22-alpine
COPY . /app
RUN chown -R node:node /app
