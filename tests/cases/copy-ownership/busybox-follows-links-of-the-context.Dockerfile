FROM node:22-alpine
COPY src /app
RUN chown -R node:node /app
