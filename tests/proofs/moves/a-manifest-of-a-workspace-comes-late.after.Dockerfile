FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/a/package.json ./packages/a/
COPY web/package.json ./web/
RUN npm ci
COPY . .
