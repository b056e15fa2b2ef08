FROM node:22
WORKDIR /app
COPY client/package.json client/package-lock.json ./client/
RUN npm -g --prefix client ci
COPY . .
