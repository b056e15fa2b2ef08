FROM node:20 AS a
RUN npm ci && npm cache clean --force
FROM node:20
COPY --from=a /root/.npm /root/.npm
