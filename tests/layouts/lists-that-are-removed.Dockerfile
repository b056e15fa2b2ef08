FROM debian:12
RUN apt-get purge -y --auto-remove gcc \
  make && apk del build-base \
  autoconf
FROM opensuse/leap
RUN zypper --non-interactive in --auto-agree-with-licenses python3 \
  acl \
  ansible
