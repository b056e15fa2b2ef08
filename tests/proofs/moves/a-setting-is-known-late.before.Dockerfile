FROM node:22
WORKDIR /app
RUN npm config set cafile $CERTIFICATE
COPY . .
RUN npm ci
