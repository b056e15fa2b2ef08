FROM ruby:3.3-slim-bookworm
COPY . .
RUN rake compile
CMD ["ruby","a.rb"]
