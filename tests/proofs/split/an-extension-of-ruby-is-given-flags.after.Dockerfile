FROM ruby:3.1 AS build
WORKDIR /srv
COPY . .
RUN gem build tally.gemspec && gem install tally-0.1.0.gem -- --with-ldflags=-lxml2

FROM ruby:3.1-slim
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build /srv /srv
WORKDIR /srv
CMD ["ruby", "app.rb"]
