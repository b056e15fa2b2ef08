FROM node:22
WORKDIR /app
RUN ["npm", "config", "set", "cafile", "ca.pem"]
COPY . .
RUN npm ci
