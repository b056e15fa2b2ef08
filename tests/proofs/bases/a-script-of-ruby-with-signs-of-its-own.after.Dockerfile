FROM ruby:3.2-slim
COPY app.rb /srv/
CMD ["ruby", "/srv/app.rb"]
