FROM node:22
WORKDIR /app
COPY npmrc /root/.npmrc
COPY . .
RUN npm ci
