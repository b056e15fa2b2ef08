FROM node:22
WORKDIR /app/client
COPY . /app
RUN cd .. && npm ci

FROM node:22
WORKDIR /app
COPY . .
RUN cd - && npm ci
