FROM node:22
WORKDIR /app
COPY --chown=node:node . .
RUN npm ci
