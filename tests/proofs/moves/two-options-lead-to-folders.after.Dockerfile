FROM node:22
WORKDIR /app
COPY client/package.json client/package-lock.json ./client/
RUN npm --prefix client ci -C .
COPY . .
