FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby ruby-dev gcc puma && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["puma", "config.ru"]
