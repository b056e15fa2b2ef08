FROM ruby:3.3
WORKDIR /srv
ENV GEM_HOME=/opt/gems
COPY . .
RUN bundle install
CMD ["ruby", "app.rb"]
