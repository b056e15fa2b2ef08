FROM ruby:3.3
WORKDIR /app
COPY . .
RUN bundle config set path gems && bundle install
