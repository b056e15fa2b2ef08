FROM node:22
WORKDIR /app
COPY web .
RUN npm ci
RUN npm run build
