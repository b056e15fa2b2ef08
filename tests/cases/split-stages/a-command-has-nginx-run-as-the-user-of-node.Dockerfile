FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci
# into build/
RUN npm run build
RUN cp site.conf /etc/nginx/conf.d/site.conf && sed -i 's/user www-data;/user node;/' /etc/nginx/nginx.conf
CMD ["nginx", "-g", "daemon off;"]
