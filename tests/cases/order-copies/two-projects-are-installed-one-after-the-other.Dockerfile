FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
RUN cd client && npm ci
