FROM node:22 AS build
FROM node:22
COPY --from=build /a /app
RUN chown -R node:node /app
