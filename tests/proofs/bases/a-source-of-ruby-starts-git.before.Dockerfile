FROM ruby:3.3-bookworm
COPY . .
CMD ["ruby","a.rb"]
