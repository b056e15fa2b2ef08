FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby build-essential puma ruby-rack && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
CMD ["puma", "config.ru"]
