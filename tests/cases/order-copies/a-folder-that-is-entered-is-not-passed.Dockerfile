FROM node:22
COPY . /app
RUN apt-get update && cd /app
WORKDIR /app
RUN npm ci
