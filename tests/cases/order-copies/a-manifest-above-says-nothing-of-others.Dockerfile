FROM node:22
COPY . /app
WORKDIR /app/web
RUN npm ci
