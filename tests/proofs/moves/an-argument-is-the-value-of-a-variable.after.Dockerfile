FROM node:22
WORKDIR /app
ARG CERT=ca.pem
ENV NODE_EXTRA_CA_CERTS=$CERT
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
