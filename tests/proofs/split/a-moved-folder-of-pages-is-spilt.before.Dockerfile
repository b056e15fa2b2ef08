FROM python:3.11
RUN apt-get update && apt-get install -y nginx
RUN pip install mkdocs==1.6.0
WORKDIR /docs
COPY . .
RUN mkdocs build && rm -rf /var/www/html && mv site /var/www/html
CMD ["nginx", "-g", "daemon off;"]
