FROM node:22
WORKDIR /app
ARG NPM_CONFIG_CAFILE=ca.pem
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
