FROM ruby:3.2-bullseye
RUN apt-get update && apt-get install -y postgresql-client && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY Gemfile ./
RUN bundle install
COPY app.rb ./
CMD ["ruby", "app.rb"]
