FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM nginx:latest
RUN echo 'server { listen 80; root /app/build; charset utf-8; location / { try_files $uri /index.html; } }' > /etc/nginx/conf.d/default.conf
COPY --from=build /app/build /app/build
WORKDIR /app
EXPOSE 3000
CMD ["nginx", "-g", "daemon off;"]
