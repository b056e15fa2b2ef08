FROM debian:12
RUN mkdir /a && \
  mkdir /b
RUN mkdir /c
RUN mkdir /d && \
  mkdir /e
