FROM debian:12
RUN apt-get update \
    && apt-get install -y \
        curl
# the user
RUN useradd app
USER app
RUN test -e /a || touch /a
RUN cd /src && make
RUN make install
