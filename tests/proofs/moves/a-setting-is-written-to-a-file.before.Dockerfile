FROM node:22
WORKDIR /app
RUN echo "cafile=ca.pem" >> ~/.npmrc
COPY . .
RUN npm ci
