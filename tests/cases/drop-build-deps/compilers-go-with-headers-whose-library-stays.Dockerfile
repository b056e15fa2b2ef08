FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby ruby-dev gcc make libsqlite3-dev ruby-sqlite3 ruby-sinatra puma && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN adduser --system web
USER web
CMD ["puma", "config.ru"]
