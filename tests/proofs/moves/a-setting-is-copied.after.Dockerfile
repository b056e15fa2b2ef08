FROM node:22
WORKDIR /app
COPY npmrc /root/.npmrc
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
