FROM node:22 AS build
FROM node:22
COPY --from=build --chown=node:node /a /app
