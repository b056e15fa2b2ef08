FROM ruby:3.3
WORKDIR /srv
COPY . .
RUN (cd fast && gem build fast.gemspec) && gem install fast/fast-0.1.0.gem && rm -rf "$(gem env gemdir)"/cache/*.gem
CMD ["ruby", "app.rb"]
