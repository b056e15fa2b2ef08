FROM debian:12
RUN set -ex; set -e; make; make install
