FROM node:22
WORKDIR /app
COPY . .
RUN cd docs && cd .. && npm ci
