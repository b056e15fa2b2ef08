FROM debian:12
RUN ap\
t-get update \
    && apt-get install -y \
        bash \
        zsh
RUN echo a \
    b
ENV A=b\
c
