FROM node:20-bookworm
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN rm -rf /var/www/html/* && cp -r dist/* /var/www/html/
CMD ["nginx", "-g", "daemon off;"]
