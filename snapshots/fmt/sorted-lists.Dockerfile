FROM debian:12
RUN apt-get install -y \
        bash \
        g++ \
        libc6:amd64 \
        Xvfb \
        zsh=5.9-4 \
    && DEBIAN_FRONTEND=noninteractive apt-get -y install \
        a \
        b \
        c
RUN apk add --no-cache \
    bash \
    zsh
RUN apt-get install -y \
    bash \
    zsh \
    zsh \
    -qq > /dev/null
