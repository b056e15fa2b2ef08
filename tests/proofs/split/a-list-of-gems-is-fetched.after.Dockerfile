FROM ruby:3.3 AS build
RUN git clone https://example.com/mail.git /opt/mail
WORKDIR /opt/mail
RUN bundle install

FROM ruby:3.3-slim
COPY --from=build /opt/mail /opt/mail
COPY --from=build /usr/local/bundle /usr/local/bundle
WORKDIR /opt/mail
CMD ["ruby", "mail.rb"]
