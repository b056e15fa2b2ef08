# syntax=docker/dockerfile:1
FROM node:22
WORKDIR /app
COPY . .
RUN chown -R node:node /app && chmod -R 755 /app
FROM node:22
COPY . /app
RUN chmod -R 0755 /app && chown -R node:node /app && npm --version
