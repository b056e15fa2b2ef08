FROM node:22
WORKDIR /app
COPY . .
RUN chown -R node:node /app
