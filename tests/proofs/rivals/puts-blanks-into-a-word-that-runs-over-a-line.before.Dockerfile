FROM debian:12
RUN ap\
t-get update
