FROM node:22 AS build
COPY . /app
RUN cd /app && npm ci && npm run build

FROM nginx:1.27
COPY --from=build /app/dist /usr/share/nginx/html
