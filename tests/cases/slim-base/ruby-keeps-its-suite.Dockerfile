FROM ruby:3.3-bookworm
CMD ["ruby", "-v"]
