ARG version=3.22   tag=3.3.8-alpine3.22 # see https://example.org/a/page/that/has/a/very/long/name/about/versions
FROM ruby:${tag}
