FROM node:22
ENV APP=/shop
WORKDIR $APP
COPY package.json package-lock.json $APP/
RUN npm ci
COPY . $APP
