FROM debian:12
RUN cd /src && make
RUN make install
RUN export MODE=release
RUN test -n "$MODE" || exit 0
RUN make check
RUN server &
RUN client
RUN make one # the first
RUN make two
RUN set -eux; make three
RUN make four; make five
RUN umask 077
RUN touch /secret
RUN trap cleanup EXIT
RUN . ./settings
RUN build() { make all; }
RUN build
RUN exec > /var/log/build.log
RUN echo built
RUN --network=none make six
RUN make seven
USER builder
RUN make eight
WORKDIR /src
RUN make nine
ENV LEVEL=9
RUN make ten
ARG PARTS=11
RUN make eleven
SHELL ["/bin/bash", "-c"]
RUN make twelve
COPY parts parts
RUN make thirteen
VOLUME /src/out
RUN make fourteen
FROM alpine:3.20
RUN make fifteen
