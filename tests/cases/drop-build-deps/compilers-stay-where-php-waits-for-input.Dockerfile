FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y php-cli build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
ENTRYPOINT ["php"]
CMD ["-a"]
