FROM node:22
WORKDIR /app
RUN npm config set cafile "my certs/ca.pem"
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
