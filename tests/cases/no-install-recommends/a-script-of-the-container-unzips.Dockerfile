FROM debian:12-slim
RUN apt-get update && apt-get install -y zip && rm -rf /var/lib/apt/lists/*
COPY start.sh /start.sh
CMD ["/start.sh"]
