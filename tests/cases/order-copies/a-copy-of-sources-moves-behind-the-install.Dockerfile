FROM node:22
WORKDIR /app
COPY package*.json ./
# What is served.
COPY src ./src
RUN npm ci
RUN npm run build
