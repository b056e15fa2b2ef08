FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
RUN corepack prepare --activate
RUN npm ci
