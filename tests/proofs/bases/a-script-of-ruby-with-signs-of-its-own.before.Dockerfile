FROM ruby:3.2
COPY app.rb /srv/
CMD ["ruby", "/srv/app.rb"]
