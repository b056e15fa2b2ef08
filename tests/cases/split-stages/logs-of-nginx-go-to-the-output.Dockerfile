FROM node:20-bookworm
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm install && npm run build
COPY site.conf /etc/nginx/sites-enabled/default
RUN ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
CMD ["nginx", "-g", "daemon off;"]
