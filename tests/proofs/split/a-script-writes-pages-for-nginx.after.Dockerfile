FROM python:3.11 AS build
RUN apt-get update && apt-get install -y nginx
WORKDIR /docs
COPY . .
RUN python build.py

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
COPY --from=build /var/www/html /var/www/html
WORKDIR /docs
CMD ["nginx", "-g", "daemon off;"]
