FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN echo 'exec("gcc a")' > b.rb
CMD ["ruby", "b.rb"]
