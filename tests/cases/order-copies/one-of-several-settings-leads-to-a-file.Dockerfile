FROM node:22
WORKDIR /app
RUN npm config set cafile=ca.pem fund=false
COPY . .
RUN npm ci
