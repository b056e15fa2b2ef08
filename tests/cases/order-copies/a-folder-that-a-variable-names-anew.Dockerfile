FROM node:22
ENV APP=/shop
WORKDIR /shop
COPY . $APP
ENV APP=/other
RUN npm ci
