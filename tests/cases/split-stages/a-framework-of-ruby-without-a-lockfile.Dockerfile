FROM ruby:3.3
WORKDIR /app
COPY . .
RUN bundle install
CMD ["rackup", "-o", "0.0.0.0"]
