FROM debian:12
RUN \
# (nop)
ADD a /a
