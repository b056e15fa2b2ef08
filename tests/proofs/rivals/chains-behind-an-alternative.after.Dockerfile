FROM debian:12
RUN test -d /opt || echo missing && make
