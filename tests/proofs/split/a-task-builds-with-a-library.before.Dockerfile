FROM ruby:3.2
WORKDIR /srv/app
COPY . .
RUN rake compile
CMD ["ruby", "-Ilib", "server.rb"]
