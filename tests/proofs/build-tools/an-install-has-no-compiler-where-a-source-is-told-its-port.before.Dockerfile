FROM debian:12
RUN apt-get update \
    && apt-get install -y --no-install-recommends ruby ruby-dev build-essential \
    && apt-get install -y --no-install-recommends ruby-sinatra ruby-webrick \
    && rm -rf /var/lib/apt/lists/*
COPY . /app
WORKDIR /app
CMD ["ruby", "hello.rb", "-p", "8080", "-e", "production"]
