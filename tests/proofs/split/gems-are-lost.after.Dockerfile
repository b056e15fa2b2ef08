FROM ruby:3.3 AS build
WORKDIR /srv
COPY . .
RUN bundle install

FROM ruby:3.3-slim
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["ruby", "app.rb"]
