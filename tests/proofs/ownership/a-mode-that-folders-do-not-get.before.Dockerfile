# syntax=docker/dockerfile:1
FROM node:22
COPY . /app
RUN chmod -R 644 /app
