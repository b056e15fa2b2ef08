FROM ruby:3.3
ENV BUNDLE_DEPLOYMENT="1" BUNDLE_PATH="/usr/local/bundle"
WORKDIR /app
COPY . .
RUN bundle install
