FROM ruby:3.2
WORKDIR /srv/app
COPY . .
RUN cd ext/fast && ruby extconf.rb && make install && cp fast.so /srv/app/lib/
CMD ["ruby", "-Ilib", "server.rb"]
