FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
CMD ["ruby", "-rirb", "-e", "IRB.start"]
