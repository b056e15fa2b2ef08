FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm install
# into build/
RUN npm run build
RUN cp site.conf /etc/nginx/conf.d/site.conf && rm -f /etc/nginx/sites-enabled/default
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
