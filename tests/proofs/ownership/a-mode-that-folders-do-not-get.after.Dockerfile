# syntax=docker/dockerfile:1
FROM node:22
COPY --chmod=644 . /app
