FROM debian:12
RUN ap\
t-get update&&apt-get install -y zsh\
 bash
RUN echo a\
  b
ENV A=b\
c
