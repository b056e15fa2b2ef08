FROM ruby:3.2 AS build
WORKDIR /srv/app
COPY . .
RUN cd ext/fast && ruby extconf.rb && make && cp fast.so /srv/app/lib/

FROM ruby:3.2-slim
COPY --from=build /srv/app /srv/app
WORKDIR /srv/app
CMD ["ruby", "-Ilib", "server.rb"]
