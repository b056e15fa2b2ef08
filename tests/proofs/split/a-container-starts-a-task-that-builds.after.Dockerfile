FROM ruby:3.2 AS build
WORKDIR /srv/app
COPY . .
RUN rake compile

FROM ruby:3.2-slim
COPY --from=build /srv/app /srv/app
WORKDIR /srv/app
CMD ["rake"]
