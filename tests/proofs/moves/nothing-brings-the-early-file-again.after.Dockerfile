FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY server.js /srv/
RUN npm ci
COPY . .
