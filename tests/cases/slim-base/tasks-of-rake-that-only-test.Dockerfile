FROM ruby:3.1
WORKDIR /usr/src/app
COPY . .
RUN rake test
ENTRYPOINT ["ruby", "bin/report"]
