FROM ubuntu:22.04
RUN apt-get update && apt-get install -y ruby-full build-essential ruby-sinatra puma && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD puma config.ru
