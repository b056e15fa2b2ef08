FROM debian:12
RUN curl -O http://example.org/a.tgz
