FROM ruby:3.3
WORKDIR /app
COPY Gemfile ./
RUN bundle config set path /gems && bundle install
COPY app.rb ./
CMD ["bundle", "exec", "ruby", "app.rb"]
