FROM ruby:3.2 AS build
WORKDIR /app
COPY . .
RUN gem build fastcrc.gemspec && gem install --local ./fastcrc-0.1.0.gem

FROM ruby:3.2-slim
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build /app /app
WORKDIR /app
CMD ["ruby", "app.rb"]
