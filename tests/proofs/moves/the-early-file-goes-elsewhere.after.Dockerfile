FROM node:22
WORKDIR /app
COPY package.json package-lock.json /srv/
RUN npm ci
COPY . .
