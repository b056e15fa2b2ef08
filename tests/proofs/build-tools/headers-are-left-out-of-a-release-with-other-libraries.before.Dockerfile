FROM ubuntu:16.04
RUN apt-get update && apt-get install -y ruby gcc libcurl4-openssl-dev puma && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["puma", "config.ru"]
