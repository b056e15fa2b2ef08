FROM node:22
WORKDIR /app
ARG CERT
RUN npm config set registry-cafile "$CERT"
COPY . .
RUN npm ci
