FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends nodejs && rm -rf /var/lib/apt/lists/*
COPY . /app
WORKDIR /app
CMD ["/app/start.sh"]
