FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
CMD ["./serve"]
