FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential ruby && rm -rf /var/lib/apt/lists/*
COPY . /app
CMD ["ruby", "/app/main.rb"]
