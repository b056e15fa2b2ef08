FROM ubuntu:22.04
RUN apt-get update && apt-get install -y nginx pandoc
COPY docs /src
RUN pandoc -s /src/index.md -o /var/www/html/index.html
CMD ["nginx", "-g", "daemon off;"]
