FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm run build
COPY . .
RUN npm ci
