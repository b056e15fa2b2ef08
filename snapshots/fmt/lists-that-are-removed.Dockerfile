FROM debian:12
RUN apt-get purge -y --auto-remove \
        gcc \
        make \
    && apk del \
        autoconf \
        build-base

FROM opensuse/leap
RUN zypper --non-interactive in --auto-agree-with-licenses \
    acl \
    ansible \
    python3
