FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm install && npm run build
RUN cp site.conf /etc/nginx/conf.d/ && rm /etc/nginx/sites-enabled/default
CMD service nginx start && tail -f /var/log/nginx/access.log
