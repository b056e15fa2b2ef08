FROM node:22
WORKDIR /app
COPY . .
RUN npm -g --prefix client ci
