FROM node:22
WORKDIR /app
RUN echo cafile=ca.pem | tee /root/.npmrc
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
