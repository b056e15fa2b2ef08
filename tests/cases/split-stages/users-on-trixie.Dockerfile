FROM ruby:3.3-trixie
RUN adduser --system app
WORKDIR /app
COPY Gemfile ./
RUN bundle install
COPY app.rb ./
USER app
CMD ["ruby", "app.rb"]
