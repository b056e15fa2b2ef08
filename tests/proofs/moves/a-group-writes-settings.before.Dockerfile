FROM node:22
WORKDIR /app
RUN { echo cafile=ca.pem; echo fund=false; } > /root/.npmrc
COPY . .
RUN npm ci
