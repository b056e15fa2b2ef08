FROM node:20 AS a
RUN npm ci
FROM node:20
COPY --from=a /root/.npm /root/.npm
