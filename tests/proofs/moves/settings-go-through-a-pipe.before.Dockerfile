FROM node:22
WORKDIR /app
RUN echo cafile=ca.pem | tee /root/.npmrc
COPY . .
RUN npm ci
