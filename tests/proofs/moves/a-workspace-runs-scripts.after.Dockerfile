FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/a/package.json ./packages/a/
COPY packages/b/package.json ./packages/b/
COPY web/package.json ./web/
RUN npm ci
COPY . .
