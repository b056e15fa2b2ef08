FROM python:3.11 AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /docs
COPY . .
RUN python build.py
COPY a.conf /etc/nginx/conf.d/

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /etc/nginx/conf.d/a.conf /etc/nginx/conf.d/
WORKDIR /docs
CMD ["nginx", "-g", "daemon off;"]
