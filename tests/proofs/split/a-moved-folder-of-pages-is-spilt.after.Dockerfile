FROM python:3.11 AS build
RUN apt-get update && apt-get install -y nginx
RUN pip install mkdocs==1.6.0
WORKDIR /docs
COPY . .
RUN mkdocs build && rm -rf /var/www/html && mv site /var/www/html

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
RUN rm -rf /var/www/html
COPY --from=build /var/www/html /var/www/
WORKDIR /docs
CMD ["nginx", "-g", "daemon off;"]
