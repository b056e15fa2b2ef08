FROM debian:bookworm
RUN apt-get update && apt-get install -y nginx hugo
WORKDIR /site
COPY . .
RUN hugo --minify && chown -R www-data:www-data public
RUN rm /etc/nginx/sites-enabled/default && cp nginx.conf /etc/nginx/conf.d/site.conf
CMD ["nginx", "-g", "daemon off;"]
