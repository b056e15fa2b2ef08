FROM debian:12
RUN set -ex && make
RUN set -ex \
    # now install
    && make install
