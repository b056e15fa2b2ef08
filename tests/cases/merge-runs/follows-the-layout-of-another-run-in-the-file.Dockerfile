FROM debian:12
RUN mkdir /a
RUN mkdir /b
USER nobody
RUN mkdir /tmp/c && \
      mkdir /tmp/d
