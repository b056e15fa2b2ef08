FROM debian:12
RUN echo 10.0.0.1 db >> /etc/hosts
RUN getent hosts db || echo none
