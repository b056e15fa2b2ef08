FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci
# into build/
RUN npm run build
COPY site.conf /etc/nginx/nginx.conf
CMD ["nginx", "-g", "daemon off;"]
