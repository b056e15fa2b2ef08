FROM python:3.11
ENV SITE=/srv/pages
RUN apt-get update && apt-get install -y nginx
RUN pip install mkdocs==1.6.0
WORKDIR /docs
COPY . .
RUN mkdocs build -d $SITE
COPY nginx.conf /etc/nginx/conf.d/docs.conf
CMD ["nginx", "-g", "daemon off;"]
