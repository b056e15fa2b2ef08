FROM debian:12
RUN set -ex; make; make install
