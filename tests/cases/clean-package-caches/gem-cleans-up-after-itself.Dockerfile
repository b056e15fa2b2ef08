FROM debian:12
RUN gem install --no-document rake
CMD ["true"]
