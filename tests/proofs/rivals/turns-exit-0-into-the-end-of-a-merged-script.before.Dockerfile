FROM debian:12
RUN test -e /skip && exit 0; make all
RUN make install
