FROM debian:12
ENV FLAGS -O2 -g
