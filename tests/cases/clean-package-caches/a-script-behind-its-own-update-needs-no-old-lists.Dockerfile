FROM debian:12
RUN apt-get update && apt-get install -y curl
RUN apt-get update && curl -fsSL https://example.com/setup | bash - && rm -rf /var/lib/apt/lists/*
