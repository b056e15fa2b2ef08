FROM debian:12
RUN cd /a; make
