FROM debian:12
ENV A one `two \
  three
