FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
COPY site.conf /etc/nginx/conf.d/
CMD ["nginx", "-g", "daemon off;"]
