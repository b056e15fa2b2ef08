FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby gcc puma && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN ln -s /usr/lib/x86_64-linux-gnu/libgomp.so.1 /usr/lib/libgomp.so
CMD ["puma", "config.ru"]
