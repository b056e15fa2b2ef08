FROM rails:onbuild
COPY Gemfile .
