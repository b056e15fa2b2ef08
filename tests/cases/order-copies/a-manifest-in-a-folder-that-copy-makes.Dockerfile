FROM node:22
WORKDIR /app
COPY web web
RUN cd web && npm ci
