FROM node:22
WORKDIR /app
RUN npm config set //npm.example.com/:_authToken $NPM_TOKEN
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
