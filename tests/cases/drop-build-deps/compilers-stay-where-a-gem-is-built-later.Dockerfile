FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ruby ruby-dev build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN gem install --no-document bcrypt
CMD ["ruby", "app.rb"]
