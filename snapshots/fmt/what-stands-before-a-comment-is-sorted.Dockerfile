FROM debian:12
RUN apt-get update \
    && apt-get install -y \
        ca-certificates \
        curl \
        unzip \
        # git asks for it
        netcat-openbsd \
        git \
    && apk add \
        # all of them
        b \
        a \
    && apk add \
        d \
        c=$X \
        # not plain
        b
