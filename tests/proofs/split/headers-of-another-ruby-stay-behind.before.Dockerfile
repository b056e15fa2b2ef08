FROM ruby:3.1-slim
RUN apt-get update && apt-get install -y --no-install-recommends build-essential ruby-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN gem install --local vendor/crc-0.1.0.gem
CMD ["ruby", "server.rb"]
