FROM ruby:3.3-bookworm
COPY . .
RUN rake compile
CMD ["ruby","a.rb"]
