FROM debian:bookworm
RUN apt-get update && apt-get install -y nginx make python3-sphinx
WORKDIR /docs
RUN git clone https://example.com/docs.git /var/www/html/docs
COPY nginx.conf /etc/nginx/conf.d/docs.conf
CMD ["nginx", "-g", "daemon off;"]
