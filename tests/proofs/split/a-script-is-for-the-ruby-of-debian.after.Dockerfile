FROM ruby:3.1-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential ruby-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN gem install --local vendor/crc-0.1.0.gem

FROM ruby:3.1-slim
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build /app /app
WORKDIR /app
CMD ["ruby", "server.rb"]
