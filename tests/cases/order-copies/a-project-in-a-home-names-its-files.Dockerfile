FROM node:22
WORKDIR /home/node/app
COPY package.json .
COPY . .
RUN npm ci
