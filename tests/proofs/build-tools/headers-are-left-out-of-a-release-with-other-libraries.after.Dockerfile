FROM ubuntu:16.04
RUN apt-get update && apt-get install -y ruby libcurl4 puma && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["puma", "config.ru"]
