FROM node:22 AS build
WORKDIR /app
COPY . .
RUN npm ci

FROM nginx
COPY --from=build /app/public /usr/share/nginx/html
