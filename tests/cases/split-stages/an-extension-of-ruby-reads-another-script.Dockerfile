FROM ruby:3.2
WORKDIR /app
COPY . .
RUN gem build fastcrc.gemspec && gem install --local ./fastcrc-0.1.0.gem
CMD ["ruby", "app.rb"]
