FROM node:22
WORKDIR /app
COPY . .
RUN cd .. && npm ci
