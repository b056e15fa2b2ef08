FROM node:22
COPY . /app
RUN chown -R node /app
