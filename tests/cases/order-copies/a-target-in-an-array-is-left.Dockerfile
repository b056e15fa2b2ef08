FROM node:22
WORKDIR /srv
COPY [".", "app"]
WORKDIR /srv/app
RUN npm ci
