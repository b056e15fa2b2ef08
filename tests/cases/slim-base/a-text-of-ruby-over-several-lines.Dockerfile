FROM ruby:3.2-bookworm
COPY app.rb /srv/
CMD ["ruby", "/srv/app.rb"]
