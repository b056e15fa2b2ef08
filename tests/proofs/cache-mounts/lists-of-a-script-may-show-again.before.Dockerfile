FROM debian:12
RUN curl https://example.com/setup | bash
RUN apt-get update && apt-get install -y git && rm -rf /tmp/* /var/lib/apt/lists/*
