FROM alpine:3.20
RUN apk add --repository http://example.com/testing \
    bash \
    watchman
RUN apk add --virtual .build-deps \
    gcc \
    make
RUN yum install --enablerepo epel \
    bash \
    zsh
RUN yum install -y \
    zsh \
    --enablerepo epel \
    bash
RUN apt-get install -y -t bookworm-backports \
    bash \
    zsh
