FROM node:22
ENV APP=/srv/shop
WORKDIR ${APP}
COPY . $APP
RUN npm ci
