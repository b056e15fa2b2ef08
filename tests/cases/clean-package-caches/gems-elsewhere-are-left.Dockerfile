FROM ubuntu:22.04
RUN bundle install
