FROM ruby:3.1 AS build
WORKDIR /app
COPY . .
RUN gem build fast.gemspec && gem install fast-0.1.0.gem

FROM ruby:3.1
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY main.rb ./
CMD ["ruby", "main.rb"]
