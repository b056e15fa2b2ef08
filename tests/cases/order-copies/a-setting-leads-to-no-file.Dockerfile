FROM node:22
ARG NPM_TOKEN
WORKDIR /app
RUN npm config set fund false
RUN npm config set "//npm.example.com/:_authToken" $NPM_TOKEN
RUN echo "cafile=/etc/ssl/certs/ca-certificates.crt" >> ~/.npmrc
COPY . .
RUN npm ci
