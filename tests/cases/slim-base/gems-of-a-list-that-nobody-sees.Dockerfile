FROM ruby:3.1 AS build
RUN git clone https://git.example/app.git /app
WORKDIR /app
RUN bundle install

FROM ruby:3.1
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY main.rb ./
CMD ["ruby", "main.rb"]
