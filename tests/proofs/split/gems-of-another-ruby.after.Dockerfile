FROM ruby:3.3 AS build
WORKDIR /srv
COPY . .
RUN bundle install

FROM ruby:3.2-slim
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /srv /srv
COPY --from=build /usr/local/bundle /usr/local/bundle
WORKDIR /srv
CMD ["ruby", "app.rb"]
