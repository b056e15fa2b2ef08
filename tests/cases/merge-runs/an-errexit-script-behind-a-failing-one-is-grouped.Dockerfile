FROM debian:12
RUN make
RUN set -ex; make test
RUN set -ex; make install
