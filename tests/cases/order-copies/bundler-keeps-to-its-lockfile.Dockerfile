FROM ruby:3.3
WORKDIR /app
ENV BUNDLE_DEPLOYMENT="1" BUNDLE_PATH="/usr/local/bundle" BUNDLE_WITHOUT="development"
COPY . .
RUN bundle install --jobs 4
CMD ["ruby", "app.rb"]
