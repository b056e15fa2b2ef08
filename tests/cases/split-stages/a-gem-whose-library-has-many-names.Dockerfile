FROM ruby:3.3
WORKDIR /srv
COPY . .
RUN gem install rmagick
CMD ["ruby", "app.rb"]
