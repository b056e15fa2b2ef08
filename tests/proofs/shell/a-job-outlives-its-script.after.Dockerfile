FROM debian:12
RUN daemon & use
