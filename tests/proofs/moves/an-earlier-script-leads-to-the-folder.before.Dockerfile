FROM node:22
WORKDIR /app
RUN npm config set cafile /app/ca.pem
COPY . .
RUN npm ci
