FROM node:22
COPY . /app
WORKDIR /app
RUN npm ci
RUN chown -R node:node /app
