FROM node:22
WORKDIR /app
COPY . .
COPY lib/a.js /srv/app/
