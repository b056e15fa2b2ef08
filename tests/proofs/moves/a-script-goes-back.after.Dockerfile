FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/package-lock.json ./client/
RUN cd client && npm ci && cd .. && npm ci
COPY . .
