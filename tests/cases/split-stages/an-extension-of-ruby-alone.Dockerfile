FROM ruby:3.1
WORKDIR /srv
COPY . .
RUN gem build tally.gemspec && gem install tally-0.1.0.gem
CMD ["ruby", "app.rb"]
