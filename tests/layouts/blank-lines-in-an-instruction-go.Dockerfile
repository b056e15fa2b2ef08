FROM debian:12
RUN apt-get update && \

    # now

    apt-get install -y make && \
    \

    make
