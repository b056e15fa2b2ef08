FROM node:22
WORKDIR /app
COPY client/package.json client/package-lock.json ./client/
COPY server/package.json server/package-lock.json ./server/
RUN cd client && npm ci && cd ../server && npm ci
COPY . .
