FROM ruby:3.3-slim
RUN bundle config set --global frozen true
WORKDIR /app
COPY . .
RUN bundle config set without development && bundle install
