FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM nginx:latest
RUN echo 'server { listen 3000; root /app/build; charset utf-8; error_page 404 /404.html; location / { try_files $uri $uri.html $uri/index.html =404; } }' > /etc/nginx/conf.d/default.conf
COPY --from=build /app/build /app/build
WORKDIR /app
EXPOSE 3000
CMD ["nginx", "-g", "daemon off;"]
