FROM debian:12
COPY . /var/www/html/
WORKDIR /var/www/html
RUN apt-get update && apt-get install -y apache2 php composer && composer install --no-dev --no-scripts
