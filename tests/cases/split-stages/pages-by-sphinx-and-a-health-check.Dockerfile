FROM python:3.11
RUN apt-get update && apt-get install -y nginx
RUN pip install sphinx==7.2.6
WORKDIR /docs
COPY . .
RUN sphinx-build -b html docs /var/www/html
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
CMD ["nginx", "-g", "daemon off;"]
