FROM python:3.11
RUN apt-get update && apt-get install -y nginx
WORKDIR /docs
COPY . .
RUN python build.py
RUN echo 'server { listen 80; root /docs/out; }' > /etc/nginx/conf.d/docs.conf
CMD ["nginx", "-g", "daemon off;"]
