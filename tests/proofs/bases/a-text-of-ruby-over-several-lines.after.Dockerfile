FROM ruby:3.2-slim-bookworm
COPY app.rb /srv/
CMD ["ruby", "/srv/app.rb"]
