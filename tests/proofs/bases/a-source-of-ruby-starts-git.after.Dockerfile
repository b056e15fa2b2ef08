FROM ruby:3.3-slim-bookworm
COPY . .
CMD ["ruby","a.rb"]
