FROM debian:12
RUN curl -O https://example.org/a.tgz
