FROM python:3.11
RUN apt-get update && apt-get install -y nginx
RUN pip install mkdocs==1.6.0
WORKDIR /docs
COPY . .
RUN mkdocs build && sed -i 's#/var/www/html#/docs/site#' /etc/nginx/sites-available/default
CMD ["nginx", "-g", "daemon off;"]
