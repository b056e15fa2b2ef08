FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby puma
COPY . /app
RUN apt-get install -y build-essential
WORKDIR /app
CMD ["puma", "config.ru"]
