FROM python:3.11
RUN apt-get update && apt-get install -y nginx
WORKDIR /docs
COPY . .
RUN python build.py
COPY a.conf /etc/nginx/conf.d/
CMD ["nginx", "-g", "daemon off;"]
