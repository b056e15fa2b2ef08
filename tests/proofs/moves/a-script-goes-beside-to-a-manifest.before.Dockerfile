FROM node:22
WORKDIR /app
COPY . .
RUN cd client && npm ci && cd ../server && npm ci
