FROM debian:12
ENV PACKAGES curl \
    # for the tests
    jq \

    git
ENV BUILD \
    gcc make
ENV ONE \
    word
