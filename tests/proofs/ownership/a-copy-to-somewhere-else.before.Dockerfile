FROM node:22
COPY . /app
COPY tool /tool
RUN chown -R node:node /app
