FROM python:3.11 AS build
RUN apt-get update && apt-get install -y nginx
RUN pip install mkdocs==1.6.0
WORKDIR /docs
COPY . .
RUN mkdocs build -d /var/www/docs
COPY nginx.conf /etc/nginx/conf.d/docs.conf

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/nginx/conf.d/docs.conf /etc/nginx/conf.d/
COPY --from=build /var/www/docs /var/www/docs
WORKDIR /docs
CMD ["nginx", "-g", "daemon off;"]
