FROM ruby:3.3
RUN git clone https://example.com/mail.git /opt/mail
WORKDIR /opt/mail
RUN bundle install
RUN gem install nokogiri
CMD ["ruby", "mail.rb"]
