FROM debian:12
ENV PS1 \u@\h \w
